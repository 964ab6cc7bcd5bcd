/** Where the portal has a dashboard, for one value of its variable. */
export function boardPath(uid: string, variable?: 'cls' | 'ins', value = ''): string {
  return `/ui/d/${uid}${variable === undefined ? '' : `?var-${variable}=${encodeURIComponent(value)}`}`;
}
