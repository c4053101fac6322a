// Settle day without scripts.
import { settleDay } from './settle-day';
import { test } from './world';

test.use({ world: 'deadline without scripts', javaScriptEnabled: false });

settleDay(false);
