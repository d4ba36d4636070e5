import type { ReadonlySignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type View, view, views } from './address.ts';
import { language, say } from './language/language.ts';
import { DropArea } from './parts/drop-area.tsx';
import { ModelChoice } from './parts/model-choice.tsx';
import { Problem } from './parts/problem.tsx';
import { StatusLine } from './parts/status-line.tsx';
import { Welcome } from './parts/welcome.tsx';
import { engineFacts, engineFailure, restartEngine } from './state/engine.ts';
import * as models from './state/models.ts';
import { switchTheme } from './theme.ts';
import * as chapter from './views/chapter/view.tsx';
import * as read from './views/read/view.tsx';
import * as text from './views/text/view.tsx';
import * as time from './views/time/view.tsx';
import * as train from './views/train/view.tsx';
import * as unrolled from './views/unrolled/view.tsx';
import * as words from './views/words/view.tsx';
import * as write from './views/write/view.tsx';

/** A view: what it needs, beside what it shows. */
interface Parts {
  readonly Rail: FunctionComponent;
  readonly Stage: FunctionComponent;
  /** Whether what it shows is about to be replaced; without one, never. */
  readonly isBusy?: ReadonlySignal<boolean>;
}

const parts: Readonly<Record<View, Parts>> = {
  ...{ text, train, unrolled, time },
  ...{ write, read, words, chapter },
};

export function App() {
  const { Rail, Stage, isBusy } = parts[view.value];
  return (
    <>
      <Header />
      <Notices />
      <main>
        <section
          class={`view view-${view.value}`}
          aria-label={say.value.page.views[view.value]}
          aria-busy={isBusy?.value ?? false}
          key={view.value}
        >
          <div class="rail">
            <Rail />
          </div>
          <div class="stage">
            <Welcome />
            <Stage />
          </div>
        </section>
      </main>
      <StatusLine />
      <DropArea />
    </>
  );
}

function Header() {
  const { title, navigation, views: names, other, theme } = say.value.page;
  const next = language.value === 'en' ? 'ko' : 'en';
  return (
    <header class="header">
      <h1>{title}</h1>
      <nav aria-label={navigation}>
        {views.map((name) => (
          <ViewLink key={name} name={name} label={names[name]} />
        ))}
      </nav>
      <ModelChoice />
      <button type="button" class="plain" lang={next} onClick={() => (language.value = next)}>
        {other}
      </button>
      <button type="button" class="plain" aria-label={theme} title={theme} onClick={switchTheme}>
        ◐
      </button>
    </header>
  );
}

function ViewLink({ name, label }: { readonly name: View; readonly label: string }) {
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    view.value = name;
  };
  const link = useRef<HTMLAnchorElement>(null);
  const isCurrent = view.value === name;
  useEffect(() => {
    // The navigation is wider than the window of a phone.
    if (isCurrent) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isCurrent]);
  return (
    <a ref={link} href={`?view=${name}`} aria-current={isCurrent ? 'page' : undefined} onClick={open}>
      {label}
    </a>
  );
}

/** What went wrong with the engine as a whole, and with the model. */
function Notices() {
  const { ends, restart, noStorage } = say.value.engine;
  const facts = engineFacts.value;
  const end = engineFailure.value;
  const notKept = models.model.value?.notKept ?? null;
  if (end) {
    return (
      <Problem message={end.kind === 'error' ? ends.error(end.message) : ends[end.kind]()}>
        <button type="button" onClick={restartEngine}>
          {restart}
        </button>
      </Problem>
    );
  }
  return (
    <div class="notices">
      {facts?.storage === null && <Problem message={noStorage} />}
      <Problem message={models.error.value}>
        <button type="button" onClick={() => (models.error.value = null)}>
          {say.value.models.dismiss}
        </button>
      </Problem>
      <Problem message={notKept && say.value.models.notKept(notKept)} />
    </div>
  );
}
