import { render } from 'preact';
import { App } from './app.tsx';
import './style/base.css';
import './style/layout.css';
import './style/parts.css';
import 'uplot/dist/uPlot.min.css';

render(<App />, document.getElementById('app') as HTMLElement);
