/** Terms of the field: a sentence on each, with its source. The terms themselves are those of the page's texts. */
export const terms = {
  perplexity:
    '2 to the power of the mean surprisal in bits: the number of equally likely tokens that would be as hard to predict. (Jelinek et al. 1977)',
  surprisal:
    'How unexpected a token was: −log₂ of the probability that the model gave it, in bits. (Shannon 1948)',
};
