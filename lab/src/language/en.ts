import { chapter } from './en/chapter.ts';
import { engine } from './en/engine.ts';
import { models } from './en/models.ts';
import { page } from './en/page.ts';
import { panels } from './en/panels.ts';
import { read } from './en/read.ts';
import { terms } from './en/terms.ts';
import { text } from './en/text.ts';
import { time } from './en/time.ts';
import { train } from './en/train.ts';
import { unrolled } from './en/unrolled.ts';
import { welcome } from './en/welcome.ts';
import { words } from './en/words.ts';
import { write } from './en/write.ts';

/** The texts of the page in English. `ko.ts` has the same. */
export const en = {
  page,
  engine,
  models,
  terms,
  text,
  train,
  unrolled,
  panels,
  time,
  write,
  read,
  words,
  chapter,
  welcome,
};
