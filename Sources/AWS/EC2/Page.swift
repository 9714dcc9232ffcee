/// One page of a list, and the token of the next one; nil at the end.
package struct Page<Row: Sendable>: Sendable {
    package let rows: [Row]
    package let nextToken: String?
}
