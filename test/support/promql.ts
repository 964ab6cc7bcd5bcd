/** Which labels the series of an expression have: https://prometheus.io/docs/prometheus/latest/querying/operators/ */
import { parser } from '@prometheus-io/lezer-promql';

/** Of the library's tree, which does not export its type. */
type Tree = ReturnType<typeof parser.parse>['topNode'];
type Labels = ReadonlySet<string>;

/** An expression that names a label which its series do not have. */
export class UnknownLabel extends Error {}

/**
 * Labels of the series that `expr` gives.
 *
 * @param labelsOf labels of the series of a name
 * @throws {@link UnknownLabel} for a label in a matcher, `by`, `on` or the like that the series beside it do not have
 */
export function labelsOfExpression(expr: string, labelsOf: (name: string) => Labels): Labels {
  const text = (node: Tree): string => expr.slice(node.from, node.to);
  const childrenOf = (node: Tree): Tree[] => {
    const found: Tree[] = [];
    for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
    return found;
  };
  const child = (node: Tree, name: string): Tree | undefined => childrenOf(node).find((one) => one.name === name);
  const names = (node: Tree | undefined): string[] => (node === undefined ? [] : childrenOf(node).map(text));
  const known = (wanted: readonly string[], labels: Labels, what: string): void => {
    for (const one of wanted) if (!labels.has(one)) throw new UnknownLabel(`${what} has no label ${one}: ${expr}`);
  };

  const selector = (node: Tree): Labels => {
    const name = text(child(node, 'Identifier')!);
    const labels = labelsOf(name);
    const matchers = childrenOf(child(node, 'LabelMatchers') ?? node).filter((one) => one.name.endsWith('Matcher'));
    known(
      matchers.map((one) => text(one.firstChild!)),
      labels,
      name,
    );
    return labels;
  };

  const aggregate = (node: Tree): Labels => {
    const args = childrenOf(child(node, 'FunctionCallBody')!);
    const inner = of(args.at(-1)!);
    const operator = text(child(node, 'AggregateOp')!).toLowerCase();
    const modifier = child(node, 'AggregateModifier');
    const grouping = names(child(modifier ?? node, 'GroupingLabels'));
    known(grouping, inner, text(args.at(-1)!));
    if (/^(?:topk|bottomk|limitk)$/.test(operator)) return inner;
    const without = modifier?.firstChild?.name === 'Without';
    return new Set(without ? [...inner].filter((one) => !grouping.includes(one)) : grouping);
  };

  const call = (node: Tree): Labels => {
    const name = text(child(node, 'FunctionIdentifier')!);
    const args = childrenOf(child(node, 'FunctionCallBody') ?? node).filter((one) => !one.type.isError);
    const strings = args.filter((one) => one.name === 'StringLiteral').map((one) => text(one).slice(1, -1));
    const inner = new Set(args.flatMap((one) => [...of(one)]));
    if (name === 'label_replace') {
      known([strings[2]!], inner, text(args[0]!));
      return new Set([...inner, strings[0]!]);
    }
    if (name === 'histogram_quantile') return new Set([...inner].filter((one) => one !== 'le'));
    return /^(?:vector|time|scalar)$/.test(name) ? new Set() : inner;
  };

  const binary = (node: Tree): Labels => {
    const [left, right] = [node.firstChild!, node.lastChild!];
    const [before, after] = [of(left), of(right)];
    if (isScalar(left)) return after;
    if (isScalar(right)) return before;
    const clause = child(node, 'MatchingModifierClause');
    const parts = clause === undefined ? [] : childrenOf(clause);
    const matching = names(parts.find((one) => one.name === 'GroupingLabels'));
    const on = parts[0]?.name === 'On';
    known(matching, new Set(on ? [...before].filter((one) => after.has(one)) : [...before, ...after]), 'one side');
    const taken = names(parts.filter((one) => one.name === 'GroupingLabels')[1]);
    if (child(node, 'Or') !== undefined) return new Set([...before, ...after]);
    if (child(node, 'And') !== undefined || child(node, 'Unless') !== undefined) return before;
    const many = parts.find((one) => /^Group(?:Left|Right)$/.test(one.name))?.name;
    if (many === 'GroupLeft') known(taken, after, text(right));
    if (many === 'GroupRight') known(taken, before, text(left));
    if (many !== undefined) return new Set([...(many === 'GroupLeft' ? before : after), ...taken]);
    if (clause === undefined) return before;
    return new Set(on ? matching : [...before].filter((one) => !matching.includes(one)));
  };

  const of = (node: Tree): Labels => {
    if (node.name === 'VectorSelector') return selector(node);
    if (node.name === 'AggregateExpr') return aggregate(node);
    if (node.name === 'FunctionCall') return call(node);
    if (node.name === 'BinaryExpr') return binary(node);
    // Parentheses, ranges, offsets, signs: what they stand around is their only expression.
    return (
      childrenOf(node)
        .map(of)
        .find((labels) => labels.size > 0) ?? new Set()
    );
  };

  return of(parser.parse(expr).topNode);
}

/** Numbers, and functions that give one. */
function isScalar(node: Tree): boolean {
  if (node.name === 'ParenExpr') return isScalar(node.firstChild!);
  if (node.name === 'BinaryExpr') return isScalar(node.firstChild!) && isScalar(node.lastChild!);
  if (node.name === 'FunctionCall') return /^(?:Time|Scalar)$/.test(node.firstChild!.firstChild!.name);
  return node.name.startsWith('NumberDurationLiteral');
}
