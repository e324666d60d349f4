/// Whether a register's history is linearizable. Histories of several keys are checked key by key: linearizability is local.
package enum RegisterCheck {
    /// - Parameters:
    ///   - initial: what stood there before; nil: nothing.
    ///   - steps: of the search, where values are written twice or set by comparison. It grows exponentially with the number
    ///     of operations that are under way at once.
    package static func check(
        _ history: [RegisterInvocation],
        initial: Int64? = nil,
        steps: Int = 1_000_000
    ) -> Linearizability {
        ZoneCheck.check(history, initial: initial)
            ?? RegisterSearch(history, initial: initial).result(steps: steps)
    }
}
