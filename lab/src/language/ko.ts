import type { en } from './en.ts';
import { chapter } from './ko/chapter.ts';
import { engine } from './ko/engine.ts';
import { models } from './ko/models.ts';
import { page } from './ko/page.ts';
import { panels } from './ko/panels.ts';
import { read } from './ko/read.ts';
import { terms } from './ko/terms.ts';
import { text } from './ko/text.ts';
import { time } from './ko/time.ts';
import { train } from './ko/train.ts';
import { unrolled } from './ko/unrolled.ts';
import { welcome } from './ko/welcome.ts';
import { words } from './ko/words.ts';
import { write } from './ko/write.ts';

/** The texts of the page in Korean. */
export const ko: typeof en = {
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
