import { useRef } from 'preact/hooks';

/** A button that opens the browser's file dialog. */
export function FileButton({
  label,
  accept,
  onFile,
}: {
  readonly label: string;
  /** Name endings, such as `.safetensors`. Default: all files. */
  readonly accept?: string;
  readonly onFile: (file: File) => void;
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
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) onFile(file);
          currentTarget.value = '';
        }}
      />
    </>
  );
}
