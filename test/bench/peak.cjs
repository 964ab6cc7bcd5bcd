// Preloaded into measured processes: the peak of the resident set in KiB and the processor time in microseconds, as the last line on stderr.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeSync(2, `${maxRSS} ${userCPUTime + systemCPUTime}\n`);
});
