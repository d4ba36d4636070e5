import { type Cell, cells } from '../../../models/cells.ts';
import { hasZoneout } from '../../../models/config.ts';
import { modulationSizes, type Network } from '../../network/network.ts';

/**
 * The step of each cell in Python: from `x`, the input's part of the gates (of a Mogrifier LSTM the input), and the states before, to `new_h`, and `new_c` of a
 * cell with c. `resetAfter` replaces that of the GRU.
 */
const steps: Readonly<Record<Cell | 'resetAfter', readonly string[]>> = {
  rnn: ['new_h = (x + self.hidden(h)).tanh()'],
  'rnn-relu': ['new_h = (x + self.hidden(h)).relu()'],
  lstm: [
    'f, g, i, o = (x + self.hidden(h)).chunk(4, -1)',
    'new_c = f.sigmoid() * c + i.sigmoid() * g.tanh()',
    'new_h = o.sigmoid() * new_c.tanh()',
  ],
  'lstm-cifg': [
    'f, g, o = (x + self.hidden(h)).chunk(3, -1)',
    'new_c = f.sigmoid() * c + (1 - f.sigmoid()) * g.tanh()',
    'new_h = o.sigmoid() * new_c.tanh()',
  ],
  'mogrifier-lstm': [
    'x, modulated = self.modulate(x, h)',
    'f, g, i, o = (self.input(x) + self.hidden(modulated)).chunk(4, -1)',
    'new_c = f.sigmoid() * c + i.sigmoid() * g.tanh()',
    'new_h = o.sigmoid() * new_c.tanh()',
  ],
  gru: [
    'z, r, n = x.chunk(3, -1)',
    'Wz, Wr, Wn = self.hidden.weight.chunk(3)',
    'z, r = (z + h @ Wz.T).sigmoid(), (r + h @ Wr.T).sigmoid()',
    'new_h = (1 - z) * h + z * (n + (r * h) @ Wn.T).tanh()',
  ],
  resetAfter: [
    '(z, r, n), (hz, hr, hn) = x.chunk(3, -1), self.hidden(h).chunk(3, -1)',
    'z, r = (z + hz).sigmoid(), (r + hr).sigmoid()',
    'new_h = (1 - z) * h + z * (n + r * hn).tanh()',
  ],
  mingru: ['z, n = x.chunk(2, -1)', 'new_h = h + z.sigmoid() * (n - h)'],
  minlstm: [
    'f, i, n = x.chunk(3, -1)',
    'f, i = f.sigmoid(), i.sigmoid()',
    'new_h = (f * h + i * n) / (f + i)',
  ],
};

/** The Python class of a layer that PyTorch has no module for. */
export function ownLayer(network: Network): string {
  const { cell, resetAfter } = network;
  const { gates, recurrentWeight } = cells[cell];
  const [G, bias] = [gates.length, resetAfter ? 'True' : 'False'];
  return `class Layer(nn.Module):
    """${[cell, ...variantsOf(network)].join(', ')}: xs (T, N, D) → hs (T, N, H)."""

    def __init__(self, D, H):
        super().__init__()
        self.H = H
        self.input = nn.Linear(D, ${G} * H)
${recurrentWeight ? `        self.hidden = nn.Linear(H, ${G} * H, bias=${bias})\n` : ''}${modulation(network)}
${forward(network)}


`;
}

/** The matrices of a Mogrifier LSTM, and the method that applies them. */
function modulation({ layers }: Network): string {
  const sizes = modulationSizes(layers[0]);
  if (!sizes) return '';
  const { X, Y, K } = sizes;
  return `        self.Qdown = nn.Parameter(torch.empty(H, ${X} * ${K}))
        self.Qup = nn.Parameter(torch.empty(${K}, ${X} * D))
        self.Rdown = nn.Parameter(torch.empty(D, ${Y} * ${K}))
        self.Rup = nn.Parameter(torch.empty(${K}, ${Y} * H))

    def modulate(self, x, h):
        """x and h modulate each other in ${X + Y} rounds."""
        Q = list(zip(self.Qdown.chunk(${X}, 1), self.Qup.chunk(${X}, 1)))
        R = list(zip(self.Rdown.chunk(${Y}, 1), self.Rup.chunk(${Y}, 1)))
        for i in range(${X + Y}):
            down, up = Q[i // 2] if i % 2 == 0 else R[i // 2]
            if i % 2 == 0:
                x = 2 * (h @ down @ up).sigmoid() * x
            else:
                h = 2 * (x @ down @ up).sigmoid() * h
        return x, h
`;
}

function variantsOf(network: Network): readonly string[] {
  const isBefore = cells[network.cell].resetAfter && !network.resetAfter;
  return [
    ...(isBefore ? ['reset gate before the product with the hidden weights'] : []),
    ...(hasZoneout(network) ? ['zoneout by its expectation'] : []),
  ];
}

function forward({ cell, resetAfter, zoneout = 0, zoneoutCell = 0 }: Network): string {
  const { states } = cells[cell];
  const kept = { h: zoneout, c: zoneoutCell };
  const names = states.length === 1 ? `${states[0]},` : states.join(', ');
  const body = [
    ...steps[resetAfter ? 'resetAfter' : cell],
    ...states.map((state) => mixed(state, kept[state])),
    'hs.append(h)',
  ];
  return `    def forward(self, xs, state=None):
        ${names} = state or [xs.new_zeros(xs.shape[1], self.H)] * ${states.length}
        hs = []
        for x in ${cells[cell].modulated ? 'xs' : 'self.input(xs)'}:
${body.map((line) => `            ${line}`).join('\n')}
        return torch.stack(hs), (${names})`;
}

/** Zoneout in evaluation: the part of the state that stays. */
function mixed(state: 'h' | 'c', kept: number): string {
  const after = `new_${state}`;
  return `${state} = ${kept === 0 ? after : `${kept} * ${state} + (1 - ${kept}) * ${after}`}`;
}
