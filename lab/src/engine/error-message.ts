import { OptionError } from 'unrolled/recipe';
import { marked } from './option-marks.ts';

/** Functions of the library that begin messages which a text or a run of the page causes, by the view that they concern. */
const VIEWS: Readonly<Record<string, string>> = {
  ...{ splitText: 'text', Vocabulary: 'text', 'Vocabulary.build': 'text', encode: 'text' },
  ...{ train: 'train', evaluate: 'train', planBytes: 'train' },
};

/** The message of an error in the page's words: names of settings and views are marked, for the page to say in its language. */
export function messageOf(error: unknown): string {
  if (error instanceof OptionError) return error.spelled(marked, marked('settings')).message;
  const message = String(Object(error).message ?? error);
  return message
    .replace(/^([\w.]+)(?=: )/, (where) => (Object.hasOwn(VIEWS, where) ? marked(VIEWS[where]) : where))
    .replace('verify: false opens it as it is', 'the command line opens it as it is, with --no-verify')
    .replace(/, or build the vocabulary with unknown: '.*'/, '');
}
