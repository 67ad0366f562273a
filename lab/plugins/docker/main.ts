import { serve } from '../provider/serve';
import { dockerPlugin } from './docker-plugin';

void serve(dockerPlugin());
