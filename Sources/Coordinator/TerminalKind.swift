/// What can be done with what a person looks at.
package enum TerminalKind: Sendable, Equatable {
    /// Lines may be written again in place.
    case live
    /// One line after the other: a log, a pipe, a terminal that cannot or shall not do more.
    case plain

    /// - Parameter isTerminal: standard output and standard error both are.
    package init(isTerminal: Bool, environment: [String: String]) {
        let isSet = { (name: String) in
            environment[name].map { !$0.isEmpty && $0 != "false" && $0 != "0" } ?? false
        }
        let term = environment["TERM"] ?? ""
        // https://no-color.org: set and not empty, whatever it is.
        let isPlain =
            !(environment["NO_COLOR"] ?? "").isEmpty || isSet("CI") || term.isEmpty || term == "dumb"
        self = isTerminal && !isPlain ? .live : .plain
    }
}
