import { serve } from '../provider/serve';
import { commandPlugin } from './command-plugin';

void serve(commandPlugin());
