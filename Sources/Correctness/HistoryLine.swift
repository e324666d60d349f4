/// One line of a history file, as `HistoryFile` reads it; the line end is in it.
package enum HistoryLine {
    /// - Parameters:
    ///   - end: not written where the outcome is unknown.
    ///   - bound: how far start and end may be from the axis, nanoseconds either way; 0: not at all.
    ///   - reason: why it failed, for people; not read again.
    package static func operation(
        _ verb: HistoryEntry.Verb,
        key: String,
        value: Int64?,
        client: Int,
        start: Int64,
        end: Int64,
        bound: Int64 = 0,
        outcome: InvocationOutcome,
        reason: String? = nil
    ) -> String {
        let value = value.map { #","value":\#($0)"# } ?? ""
        let end = outcome == .unknown ? "" : #","end":\#(end)"#
        let doubt = Self.doubt(bound)
        let why = reason.map { #","why":"\#(escaped($0))""# } ?? ""
        return #"{"client":\#(client),"op":"\#(verb.rawValue)","key":"\#(escaped(key))"\#(value),"#
            + #""start":\#(start)\#(end)\#(doubt),"outcome":"\#(outcome.rawValue)"\#(why)}"# + "\n"
    }

    package static func found(_ value: Int64, key: String) -> String {
        #"{"op":"found","key":"\#(escaped(key))","value":\#(value)}"# + "\n"
    }

    /// All that is there was told; it was asked for at this instant.
    package static func looked(key: String, at start: Int64, bound: Int64 = 0) -> String {
        #"{"op":"found","key":"\#(escaped(key))","start":\#(start)\#(doubt(bound))}"# + "\n"
    }

    private static func doubt(_ bound: Int64) -> String { bound > 0 ? #","bound":\#(bound)"# : "" }

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
