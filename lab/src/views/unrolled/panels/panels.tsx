import { InfluencePanel } from './influence-panel.tsx';
import { PatternPanel } from './pattern-panel.tsx';
import { UnitPanel } from './unit-panel.tsx';
import './panels.css';

/** What can be found out below the columns: about a unit, a range of tokens, and a prediction. */
export function Panels() {
  return (
    <div class="panels">
      <UnitPanel />
      <PatternPanel />
      <InfluencePanel />
    </div>
  );
}
