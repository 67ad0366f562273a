import { serve } from '../provider/serve';
import { cloudflarePlugin } from './cloudflare-plugin';

void serve(cloudflarePlugin());
