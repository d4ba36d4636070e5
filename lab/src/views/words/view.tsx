import { figure, number, percent, say } from '../../language/language.ts';
import { Choice } from '../../parts/choice.tsx';
import { Problem } from '../../parts/problem.tsx';
import { saveFile } from '../../parts/save-file.ts';
import { Term } from '../../parts/term.tsx';
import { visible } from '../../parts/visible.ts';
import { engine } from '../../state/engine.ts';
import { model } from '../../state/models.ts';
import * as words from '../../state/words.ts';
import { Analogy } from './analogy.tsx';
import { MapCanvas } from './map-canvas.tsx';
import { TokenField } from './token-field.tsx';
import './words.css';

/** The token that is searched, and the size of the map. */
export function Rail() {
  const texts = say.value.words;
  const { map, table, tables, most, neighbours } = words;
  const kind = map.value?.facts.tokens as keyof typeof texts.kinds | undefined;
  return (
    <>
      <p class="lead">
        {texts.lead} <Term name="embedding" label={texts.term} />
      </p>
      {kind && <p class="note">{texts.kinds[kind] ?? ''}</p>}
      <TokenField
        label={texts.search}
        chosen={neighbours.value?.of ?? null}
        onChoose={({ id }) => (words.word.value = String(id))}
      />
      {map.value && !map.value.facts.tied && (
        <Choice label={texts.table} value={table} all={tables} nameOf={(one) => texts.tables[one]} />
      )}
      {map.value?.facts.tied && <p class="note">{texts.tied}</p>}
      <label class="field">
        <span>
          {texts.most} <span class="number">{number(Number(most.value))}</span>
        </span>
        <input
          type="range"
          min={words.FEWEST}
          max={words.MOST}
          step={50}
          value={most.value}
          onChange={({ currentTarget }) => (most.value = currentTarget.value)}
        />
      </label>
      <Downloads />
    </>
  );
}

function Downloads() {
  const texts = say.value.words;
  const { neighbours, map, table, most } = words;
  const which = () => ({ model: model.value?.id ?? '', table: table.value });
  const saveNeighbours = async () => {
    const id = neighbours.value?.of.id ?? 0;
    saveFile('neighbours.tsv', await engine.call('neighboursFile', { ...which(), id }));
  };
  const saveMap = async () =>
    saveFile('map.tsv', await engine.call('mapFile', { ...which(), most: Number(most.value) }));
  return (
    <div class="buttons">
      <button type="button" disabled={!neighbours.value} onClick={() => void saveNeighbours()}>
        {texts.saveNeighbours}
      </button>
      <button type="button" disabled={!map.value} onClick={() => void saveMap()}>
        {texts.saveMap}
      </button>
    </div>
  );
}

/** The map, the neighbours of the selected token, and analogies. */
export function Stage() {
  const texts = say.value.words;
  const map = words.map.value;
  return (
    <>
      <Problem message={words.error.value} />
      {!map && words.error.value === null && (
        <p class="empty" role="status">
          {texts.working}
        </p>
      )}
      {map && (
        <>
          <h2>{(map.countedIn === null ? texts.first : texts.frequent)(number(map.tokens.length))}</h2>
          <p class="legend">
            {texts.axes(percent(map.shares[0]), percent(map.shares[1]), number(map.facts.dimension))}{' '}
            {map.countedIn === null ? texts.byOrder : texts.byCount(map.countedIn)}
          </p>
          <MapCanvas map={map} neighbours={words.neighbours.value} />
          <div class="beside">
            <Neighbours />
            <Analogy />
          </div>
        </>
      )}
    </>
  );
}

/** The tokens most similar to the selected one. */
function Neighbours() {
  const texts = say.value.words;
  const found = words.neighbours.value;
  if (!found) return null;
  const unseen = (id: number) =>
    found.unseen.includes(id) && <small class="words-unseen"> {texts.unseen}</small>;
  return (
    <section aria-label={texts.neighbours(visible(found.of.token))}>
      <h2>
        {texts.neighbours(visible(found.of.token))}
        {unseen(found.of.id)}
      </h2>
      <ol class="similar">
        {found.nearest.map(({ id, token, cosine }) => (
          <li key={id} data-testid="neighbour" data-token={token} data-cosine={String(cosine)}>
            <button type="button" class="plain" onClick={() => (words.word.value = String(id))}>
              <span class="similar-token">
                <code>{visible(token)}</code>
                {unseen(id)}
              </span>
              <span class="share-bar" style={{ '--share': Math.max(0, cosine) }} aria-hidden="true" />
              <span class="number">{figure(cosine)}</span>
            </button>
          </li>
        ))}
      </ol>
      <p class="note">{texts.cosine}</p>
    </section>
  );
}
