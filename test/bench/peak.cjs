// Preloaded into measured processes: the peak of the resident set in KiB, as the last line on stderr.
process.on('exit', () => require('node:fs').writeSync(2, `${process.resourceUsage().maxRSS}\n`));
