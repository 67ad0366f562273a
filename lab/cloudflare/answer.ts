import type { Bag } from '../plugins/provider/json';

/** An HTTP answer before it is sent. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: Bag | string;
}
