import { serve } from '../provider/serve';
import { tlsPlugin } from './tls-plugin';

void serve(tlsPlugin());
