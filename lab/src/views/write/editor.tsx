import { useMemo } from 'preact/hooks';
import type { Completion } from '../../engine/writing/calls.ts';
import { percent, say } from '../../language/language.ts';
import { visible } from '../../parts/visible.ts';
import {
  chosen,
  closeCompletions,
  complete,
  completions,
  moveChosen,
} from '../../state/writing/completions.ts';
import * as writing from '../../state/writing/writing.ts';
import { Marks } from './marks.tsx';

/** The most UTF-16 units of a text: a box with more takes longer than a frame for a letter. */
export const LONGEST = 50_000;
/** What a completion looks at before the caret, in UTF-16 units. */
const COMPLETED = 20_000;

/** The text, with marks behind it: what the model wrote, and what stands in the training text. */
export function Editor() {
  const { text } = writing.draft.value;
  const open = completions.value.length > 0;
  const marks = useMemo(() => <Marks />, []);
  return (
    <div class="editor">
      {marks}
      <textarea
        aria-label={say.value.write.label}
        aria-autocomplete="list"
        aria-controls={open ? 'completions' : undefined}
        aria-activedescendant={open ? `completion-${chosen.value}` : undefined}
        spellcheck={false}
        autocomplete="off"
        maxLength={LONGEST}
        value={text}
        onInput={onInput}
        onCompositionEnd={({ currentTarget }) => lookFor(currentTarget)}
        onKeyDown={onKey}
        onBlur={closeCompletions}
        onPointerDown={closeCompletions}
      />
    </div>
  );
}

function onInput(event: InputEvent): void {
  const box = event.currentTarget as HTMLTextAreaElement;
  writing.type(box.value);
  const isTyped = event.inputType.startsWith('insert') || event.inputType.startsWith('delete');
  // A syllable that is being composed is not yet a letter.
  if (isTyped && !event.isComposing) lookFor(box);
  else closeCompletions();
}

/** Looks for completions of the word before the caret, unless letters follow it. */
function lookFor(box: HTMLTextAreaElement): void {
  const { value, selectionStart: caret, selectionEnd } = box;
  const isInWord = /^[\p{L}\p{N}]/u.test(value.slice(caret, caret + 2));
  const isAfterWord = /[\p{L}\p{N}]$/u.test(value.slice(0, caret));
  if (caret !== selectionEnd || isInWord || !isAfterWord) closeCompletions();
  else void complete(value.slice(Math.max(0, caret - COMPLETED), caret));
}

function onKey(event: KeyboardEvent): void {
  const box = event.currentTarget as HTMLTextAreaElement;
  if (event.isComposing) return;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    void writing.generate();
  } else if (event.key === 'Escape') {
    if (completions.value.length > 0) closeCompletions();
    else writing.stop();
  } else if (completions.value.length > 0) keyOfList(event, box);
}

function keyOfList(event: KeyboardEvent, box: HTMLTextAreaElement): void {
  if (event.key === 'Tab' && !event.shiftKey) accept(completions.value[chosen.value], box);
  else if (event.key === 'ArrowDown') moveChosen(1);
  else if (event.key === 'ArrowUp') moveChosen(-1);
  else {
    if (/^(Arrow|Home|End|Page)/.test(event.key)) closeCompletions();
    return;
  }
  event.preventDefault();
}

/** Writes a completion in place of the half-typed word. */
function accept({ text, remove, behind }: Completion, box: HTMLTextAreaElement): void {
  const { value, selectionStart: caret } = box;
  const space = value.slice(caret).startsWith(behind) ? '' : behind;
  box.setRangeText(text + space, caret - remove, caret, 'end');
  writing.type(box.value);
  closeCompletions();
}

/** The completions of the half-typed word, below the text. */
export function CompletionList() {
  const texts = say.value.write;
  const all = completions.value;
  return (
    <div class="completions">
      {all.length > 0 && (
        <div role="listbox" id="completions" class="list" aria-label={texts.completions}>
          {all.map((one, i) => (
            <CompletionOption key={i} completion={one} label={labelOf(one, all)} index={i} />
          ))}
        </div>
      )}
      <p class="note">{all.length > 0 ? texts.completionKeys : texts.keys}</p>
    </div>
  );
}

/** The word, with the white space around it where that alone tells it from another completion. */
function labelOf(completion: Completion, all: readonly Completion[]): string {
  const word = completion.text.trim();
  const isAlone = all.filter(({ text }) => text.trim() === word).length === 1;
  return isAlone && word !== '' ? word : visible(completion.text + completion.behind);
}

function CompletionOption({
  completion,
  label,
  index,
}: {
  readonly completion: Completion;
  readonly label: string;
  readonly index: number;
}) {
  return (
    <div
      role="option"
      id={`completion-${index}`}
      tabIndex={-1}
      aria-selected={index === chosen.value}
      onPointerDown={(event) => {
        // The text keeps the focus.
        event.preventDefault();
        const box = document.querySelector<HTMLTextAreaElement>('.editor textarea');
        if (box) accept(completion, box);
      }}
    >
      {label} <span class="number">{percent(completion.probability)}</span>
    </div>
  );
}
