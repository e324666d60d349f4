/// The kernel's number of a namespace: it names one of which nobody knows a path any more.
extension NetworkNamespace {
    /// As the kernel writes it in /proc/PID/ns: "net:[4026531840]".
    package static func link(number: UInt64) -> String { "net:[\(number)]" }

    /// From "net:[4026531840]"; nil: it is something else, a path for example.
    package static func number(ofLink text: String) -> UInt64? {
        guard text.hasPrefix("net:["), text.hasSuffix("]") else { return nil }
        return UInt64(text.dropFirst(5).dropLast())
    }
}
