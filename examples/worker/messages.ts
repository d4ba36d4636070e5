/** A request of the page. */
export type Request =
  | { readonly kind: 'train'; readonly text: string }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'save' }
  | { readonly kind: 'reopen' };

/** A reply of the worker. */
export type Reply =
  | {
      readonly kind: 'progress';
      readonly epoch: number;
      /** Progress within the epoch, from 0 to 1. */
      readonly share: number;
      readonly perplexity: number;
    }
  | { readonly kind: 'done'; readonly status: string; readonly sample?: string };
