import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ChapterCalls } from '../../engine/chapter/calls.ts';
import { engine, engineFacts } from '../../state/engine.ts';
import { Latest } from '../../state/latest.ts';

type Answer<Name extends keyof ChapterCalls> = ReturnType<ChapterCalls[Name]>;

/** What the engine computes for an argument: the last answer while a newer one is under way; null before the first. */
export function useAnswer<Name extends keyof ChapterCalls>(
  name: Name,
  ...[argument]: Parameters<ChapterCalls[Name]>
): Answer<Name> | null {
  const [answer, setAnswer] = useState<Answer<Name> | null>(null);
  const latest = useMemo(() => new Latest(), []);
  const isReady = engineFacts.value !== null;
  useEffect(() => {
    if (!isReady) return;
    const call = (signal: AbortSignal) =>
      engine.callUntil(signal, name, ...([argument] as unknown as Parameters<ChapterCalls[Name]>));
    // The page tells of an engine that has stopped.
    void latest.run(call).then(
      (found) => found !== null && setAnswer(found as Answer<Name>),
      () => {},
    );
  }, [isReady, JSON.stringify(argument)]);
  return answer;
}
