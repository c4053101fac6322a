// Settle day with scripts.
import { settleDay } from './settle-day';
import { test } from './world';

test.use({ world: 'deadline' });

settleDay(true);
