// The runs whose bits must stay: flags of `unrolled train`, beside those of `common`.
export const common: string =
  '--valid valid.txt --backend wasm-strict --batch 4 --time 5 --seed 3 --epochs 3';

/** Defaults of commit 110a40b that have changed since, as flags that it did not need or know. */
export const defaultsThen: Readonly<Record<string, string>> = {
  rnn: '--optimizer sgd',
  'lstm-tied': '--lr 0.001 --clip 0.25 --output-bias zero --init-embedding random',
  'gru-reset-after': '--optimizer sgd',
  'mingru-byte': '--lr 0.001 --clip 0.25',
};

export const cases: Readonly<Record<string, string>> = {
  rnn: '--cell rnn --wordvec 8 --hidden 12 --untied --dropout 0 --init-scale fan-in --lr 1 --schedule decay',
  'rnn-relu-char':
    '--cell rnn-relu --tokens char --wordvec 6 --hidden 10 --dropout 0.1 --optimizer adagrad --clip 0.5',
  'lstm-tied':
    '--cell lstm --layers 2 --wordvec 8 --hidden 12 --tied --dropout 0.2 --locked-dropout --word-dropout 0.1 --weight-drop 0.2 ' +
    '--zoneout 0.1 --zoneout-cell 0.2 --ar 1 --tar 1 --sampled-softmax 12 --forget-bias 1 --optimizer adam --average ema ' +
    '--schedule plateau --random-time --on-divergence rollback --patience 9',
  gru: '--cell gru --wordvec 8 --hidden 12 --untied --dropout 0 --optimizer momentum --streams wrap --schedule constant',
  'gru-reset-after':
    '--cell gru --reset-after --wordvec 8 --hidden 12 --untied --dropout 0.1 --zoneout 0.1 --average nt-asgd --lr 2 --warmup 5 --schedule cosine',
  'mingru-byte':
    '--cell mingru --tokens byte --layers 2 --wordvec 6 --hidden 10 --dropout 0.1 --forget-bias 1 --optimizer adamw --schedule one-cycle',
  minlstm:
    '--cell minlstm --wordvec 12 --hidden 12 --tied --dropout 0 --sampled-softmax all --optimizer rmsprop --schedule step --decay-after 1',
  'reference-stateless':
    '--cell lstm --wordvec 6 --hidden 8 --untied --dropout 0.1 --backend reference --stateless --optimizer nesterov --weight-decay 0.001',
};
