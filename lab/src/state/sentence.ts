import { type Signal, signal } from '@preact/signals';
import { say } from '../language/language.ts';

/** The text that the model reads in the views: kept from view to view, never in the address. */
export const sentence: Signal<string> = signal(say.peek().models.sentenceDefault);
