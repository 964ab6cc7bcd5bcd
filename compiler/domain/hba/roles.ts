/** Who is a member of which role, as PostgreSQL answers it at login. */

/** A role as far as access goes. */
export interface Role {
  readonly name: string;
  readonly login: boolean;
  readonly superuser: boolean;
  readonly replication: boolean;
  readonly password: 'scram' | 'md5' | undefined;
  readonly memberOf: readonly { readonly role: string; readonly inherits: boolean }[];
}

/** A role as an inventory describes it; what it leaves out is as PostgreSQL has it. */
export interface WrittenRole {
  readonly name: string;
  readonly login?: boolean | undefined;
  readonly superuser?: boolean | undefined;
  readonly replication?: boolean | undefined;
  /** Whether it has the privileges of roles that are granted to it, where the grant does not say. */
  readonly inherit?: boolean | undefined;
  readonly granted: readonly { readonly role: string; readonly inherits?: boolean | undefined }[];
}

/** The roles that a cluster gets: of several descriptions the last, and the superuser of initdb whatever the lists say. */
export function createdRoles<Written extends WrittenRole>(
  listed: readonly Written[],
  dbsu: string,
  passwordOf: (name: string, written: Written | undefined) => Role['password'],
): readonly Role[] {
  const byName = new Map<string, Written | undefined>(listed.map((role) => [role.name, role]));
  if (!byName.has(dbsu)) byName.set(dbsu, undefined);
  return [...byName].map(([name, role]) => ({
    name,
    login: role?.login ?? true,
    superuser: role?.superuser ?? name === dbsu,
    replication: role?.replication ?? name === dbsu,
    password: passwordOf(name, role),
    memberOf: (role?.granted ?? []).map((grant) => ({
      role: grant.role,
      inherits: grant.inherits ?? role?.inherit ?? true,
    })),
  }));
}

export class Roles {
  readonly #byName: ReadonlyMap<string, Role>;

  constructor(roles: readonly Role[]) {
    this.#byName = new Map(roles.map((role) => [role.name, role]));
  }

  get(name: string): Role | undefined {
    return this.#byName.get(name);
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /**
   * What `+role` asks (is_member_of_role_nosuper): membership at any depth, whether inherited or not; everybody is a member of
   * itself, and a superuser is not a member of everything. Nobody is a member of a role that does not exist.
   */
  isMember(user: string, role: string): boolean {
    return this.pathTo(user, role) !== undefined;
  }

  /** The roles from a user to one it is a member of, both included; undefined when it is none. */
  pathTo(user: string, role: string): readonly string[] | undefined {
    return this.#walk(user, role, () => true);
  }

  /** What a privilege asks (has_privs_of_role): memberships that inherit; a superuser has all. */
  hasPrivilegesOf(user: string, role: string): boolean {
    return this.get(user)?.superuser === true || this.#walk(user, role, ({ inherits }) => inherits) !== undefined;
  }

  #walk(
    user: string,
    role: string,
    follow: (edge: Role['memberOf'][number]) => boolean,
  ): readonly string[] | undefined {
    // Predefined roles are nowhere declared; they exist wherever somebody is their member.
    if (!this.#byName.has(user)) return undefined;
    const seen = new Set([user]);
    let paths: readonly (readonly string[])[] = [[user]];
    while (paths.length > 0) {
      const found = paths.find((path) => path.at(-1) === role);
      if (found !== undefined) return found;
      paths = paths.flatMap((path) =>
        (this.get(path.at(-1)!)?.memberOf ?? [])
          .filter((edge) => follow(edge) && !seen.has(edge.role))
          .map((edge) => (seen.add(edge.role), [...path, edge.role])),
      );
    }
    return undefined;
  }
}
