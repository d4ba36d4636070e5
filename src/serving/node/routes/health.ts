import type { Service } from '../../service.ts';
import type { Exchange } from '../http/exchange.ts';

/** `GET /health`: 200 while new requests are taken, then 503. */
export async function health(exchange: Exchange, { models, admission }: Service): Promise<void> {
  const { isOpen, streams, queued } = admission;
  const status = isOpen ? 'ok' : 'stopping';
  exchange.send(isOpen ? 200 : 503, { status, models: models.map(({ id }) => id), streams, queued });
}

/** `GET /metrics` */
export async function metrics(exchange: Exchange, service: Service): Promise<void> {
  exchange.send(200, service.metrics.toString());
}
