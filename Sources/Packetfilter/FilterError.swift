import Glibc
import LinuxSystem
package import Measures

/// nf_tables or nfnetlink_queue refused something: what was tried, the errno, the kernel's own words, the remedy.
package struct FilterError: ReadableError, Hashable {
    /// Stable part of `code`.
    package enum Kind: String, Sendable, Hashable {
        case notPermitted = "not-permitted"
        case exists = "exists"
        /// The kernel lacks the expression, the flag or the subsystem.
        case unsupported = "unsupported"
        /// Another process holds the queue number or owns the table.
        case busy = "busy"
        case gone = "gone"
        /// The rule makes no sense; nothing was sent.
        case badRule = "bad-rule"
        case refused = "refused"
    }

    package let kind: Kind
    /// "make table inet faultline", "bind queue 7".
    package let operation: String
    /// Positive; 0 when nothing was sent.
    package let errno: Int32
    /// From the extended ACK, or our own words; may be empty.
    package let detail: String

    package var code: String { "packetfilter.\(kind.rawValue)" }
    package var exitCode: ExitCode { kind == .badRule ? .badInput : .agentFailed }

    package var message: String {
        var text = operation
        if errno != 0 { text += ": \(SystemError.text(of: errno)) (errno \(errno))" }
        if !detail.isEmpty { text += ": \(detail)" }
        if let remedy { text += ". \(remedy)" }
        return text
    }

    init(_ operation: String, errno: Int32, detail: String = "", kind: Kind? = nil) {
        self.operation = operation
        self.errno = errno
        self.detail = detail
        self.kind = kind ?? Self.kind(of: errno)
    }

    init(_ operation: String, badRule reason: String) {
        self.operation = operation
        self.errno = 0
        self.detail = reason
        self.kind = .badRule
    }

    private static func kind(of errno: Int32) -> Kind {
        switch errno {
        case EPERM, EACCES: .notPermitted
        case EEXIST: .exists
        case EOPNOTSUPP, EPROTONOSUPPORT, ENOSYS, EAFNOSUPPORT: .unsupported
        case EBUSY: .busy
        case ENOENT: .gone
        default: .refused
        }
    }

    private var remedy: String? {
        switch kind {
        case .notPermitted:
            "Run as root or with CAP_NET_ADMIN; if the table has an owner, only that process can change it."
        case .exists: "Another process holds this name: stop it, or choose another name."
        case .unsupported:
            "The kernel lacks this: load the module (modprobe nf_tables nfnetlink_queue nft_queue), or use Linux 5.12 or later."
        case .busy: "Another program holds it: stop that program, or choose another number."
        case .gone, .badRule, .refused: nil
        }
    }
}
