/** Terms of the field: a sentence on each, with its source. The terms themselves are those of the page's texts. */
export const terms = {
  perplexity:
    '2 to the power of the mean surprisal in bits: the number of equally likely tokens that would be as hard to predict. (Jelinek et al. 1977)',
  surprisal:
    'How unexpected a token was: −log₂ of the probability that the model gave it, in bits. (Shannon 1948)',
  entropy:
    'The mean surprisal of the next token, in bits: 0 if it is certain, log₂ V if all are equally likely. (Shannon 1948)',
  temperature:
    'The divisor of the logits: below 1 likely tokens become more likely, above 1 less; 0 takes the most likely one. (Ackley et al. 1985)',
  topK: 'Only the k most likely tokens may be drawn. (Fan et al. 2018)',
  topP: 'Only the fewest most likely tokens whose total probability is at least p may be drawn. (Holtzman et al. 2020)',
  minP: 'Only tokens of at least this fraction of the highest probability may be drawn. (Nguyen et al. 2024)',
  typical:
    'Only the tokens whose surprisal is closest to the entropy, up to this total probability, may be drawn. (Meister et al. 2023)',
  repetitionPenalty:
    'Divides positive logits of recent tokens, and multiplies negative ones: above 1 they become less likely. (Keskar et al. 2019)',
  beam: 'Follows the most likely beginnings together, one token at a time, and keeps as many of them as its width. (Lowerre 1976)',
  embedding:
    'The vector that stands for a token in the model, a row of a table that is learned: its distributed representation. (Bengio et al. 2003)',
};
