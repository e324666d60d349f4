/// One line of a history file, as `HistoryFile` reads it; the line end is in it.
package enum HistoryLine {
    /// - Parameters:
    ///   - end: nil where the outcome is unknown.
    ///   - reason: why it failed, for people; not read again.
    package static func operation(
        _ verb: HistoryEntry.Verb,
        key: String,
        value: Int64?,
        client: Int,
        start: Int64,
        end: Int64,
        outcome: InvocationOutcome,
        reason: String? = nil
    ) -> String {
        let value = value.map { #","value":\#($0)"# } ?? ""
        let end = outcome == .unknown ? "" : #","end":\#(end)"#
        let why = reason.map { #","why":"\#(escaped($0))""# } ?? ""
        return #"{"client":\#(client),"op":"\#(verb.rawValue)","key":"\#(escaped(key))"\#(value),"#
            + #""start":\#(start)\#(end),"outcome":"\#(outcome.rawValue)"\#(why)}"# + "\n"
    }

    /// Value nil: all was looked at.
    package static func found(_ value: Int64?, key: String) -> String {
        #"{"op":"found","key":"\#(escaped(key))"\#(value.map { #","value":\#($0)"# } ?? "")}"# + "\n"
    }

    /// What JSON lets stand in a string (RFC 8259, section 7); controls become blanks.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars.prefix(120) {
            switch scalar {
            case "\"", "\\": escaped += "\\\(scalar)"
            case _ where scalar.value < 0x20: escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
