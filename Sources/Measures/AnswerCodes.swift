/// The numbers by which a protocol says how a question ended, and their names.
package struct AnswerCodes: Sendable {
    /// By number, from 0, which is success.
    private let names: [String]

    /// https://grpc.io/docs/guides/status-codes
    package static let grpc = AnswerCodes(names: [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
        "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ])

    /// Response codes of DNS (RFC 1035, section 4.1.1; RFC 2136, section 2.2).
    package static let dns = AnswerCodes(names: [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET",
        "NOTAUTH", "NOTZONE",
    ])

    package var all: [String] { names }

    /// The number itself where it has no name.
    package func name(_ number: UInt32) -> String {
        Int(number) < names.count ? names[Int(number)] : "\(number)"
    }

    /// By its name, upper and lower case alike.
    package func number(_ name: String) -> UInt32? {
        names.firstIndex(of: name.uppercased()).map(UInt32.init)
    }
}
