import { useRef } from 'preact/hooks';

/** A button that opens the browser's file dialog. */
export function FileButton({
  label,
  accept,
  several = false,
  onFiles,
}: {
  readonly label: string;
  /** Name endings, such as `.safetensors`. Default: all files. */
  readonly accept?: string;
  /** Whether several files may be chosen at once. Default false. */
  readonly several?: boolean;
  /** Called with one file or more. */
  readonly onFiles: (files: File[]) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        {label}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={several}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          if (files.length > 0) onFiles(files);
          currentTarget.value = '';
        }}
      />
    </>
  );
}
