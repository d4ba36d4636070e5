import { type View, view, views } from './address.ts';
import { language, say } from './language/language.ts';
import { Problem } from './parts/problem.tsx';
import { StatusLine } from './parts/status-line.tsx';
import { engineFacts, engineFailure, restartEngine } from './state/engine.ts';
import { switchTheme } from './theme.ts';
import { TextRail, TextStage } from './views/text/view.tsx';
import { TrainRail, TrainStage } from './views/train/view.tsx';

const rails = { text: TextRail, train: TrainRail };
const stages = { text: TextStage, train: TrainStage };

export function App() {
  const [Rail, Stage] = [rails[view.value], stages[view.value]];
  return (
    <>
      <Header />
      <EngineNotices />
      <main class="view">
        <section class="rail">
          <Rail />
        </section>
        <section class="stage" aria-label={say.value.views[view.value]}>
          <Stage />
        </section>
      </main>
      <StatusLine />
    </>
  );
}

function Header() {
  const { title, navigation, views: names, other, theme } = say.value;
  const next = language.value === 'en' ? 'ko' : 'en';
  return (
    <header class="header">
      <h1>{title}</h1>
      <nav aria-label={navigation}>
        {views.map((name) => (
          <ViewLink key={name} name={name} label={names[name]} />
        ))}
      </nav>
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
  return (
    <a href={`?view=${name}`} aria-current={view.value === name ? 'page' : undefined} onClick={open}>
      {label}
    </a>
  );
}

function EngineNotices() {
  const texts = say.value.engine;
  const facts = engineFacts.value;
  if (engineFailure.value !== null) {
    return (
      <Problem message={texts.died(engineFailure.value)}>
        <button type="button" onClick={restartEngine}>
          {texts.restart}
        </button>
      </Problem>
    );
  }
  if (facts?.storage === null) return <Problem message={texts.noStorage} />;
  return null;
}
