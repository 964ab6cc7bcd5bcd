/** Files of the lab in the order they run: each one finds the hosts as the former left them, and starts from nothing when it runs alone. */
export const ORDER: readonly string[] = [
  'deployment', 'services', 'convergence', 'infra', 'day-two', 'backup', 'failover', 'interruption', 'access-control', 'redis',
];
