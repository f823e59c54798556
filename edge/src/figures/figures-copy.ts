import { FIGURES_SERIES_MAX } from '@sluice/contracts';
import type { FedFigures } from './fed-figures.ts';

/**
 * A relay's copy of a channel's figures. It is told the newest few bins each time and keeps those before, so what is told
 * stays short; what an object that was reset has forgotten stays here, too.
 */
export class FiguresCopy {
  #figures: FedFigures | undefined;

  get figures(): FedFigures | undefined {
    return this.#figures;
  }

  take(told: FedFigures): void {
    const before = this.#figures?.broadcastId === told.broadcastId ? this.#figures.series : [];
    const points = new Map([...before, ...told.series].map((point) => [point.atMs, point]));
    const series = [...points.values()].sort((a, b) => a.atMs - b.atMs).slice(-FIGURES_SERIES_MAX);
    this.#figures = { ...told, series };
  }
}
