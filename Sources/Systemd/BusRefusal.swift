import Glibc

/// What was asked of a bus and not answered as it should be: an error that somebody sent, or nobody there to send one.
struct BusRefusal: Error {
    /// The D-Bus error, "org.freedesktop.DBus.Error.AccessDenied"; sd-bus names its own failures so too.
    let name: String?
    let text: String
    private let number: Int32

    /// `code`: what sd-bus returned, a negative errno.
    init(_ code: Int32, name: String? = nil, text: String? = nil) {
        number = -code
        self.name = name
        self.text = text ?? Libsystemd.text(code)
    }

    /// The bus or systemd went away, or what was said was no D-Bus.
    var isLost: Bool {
        isNamed("NoReply") || [ECONNRESET, ENOTCONN, EPIPE, EBADMSG, ESHUTDOWN].contains(number)
    }

    var isLate: Bool { !isLost && number == ETIMEDOUT }
    var isDenied: Bool { isNamed("AccessDenied", "AuthFailed", "InteractiveAuthorizationRequired") }
    /// There is a bus, and nobody on it has the name that was called.
    var isNobody: Bool { isNamed("NameHasNoOwner", "ServiceUnknown") }
    var isUnitUnknown: Bool { isNamed("NoSuchUnit") }

    private func isNamed(_ names: String...) -> Bool {
        names.contains { name?.hasSuffix(".\($0)") ?? false }
    }
}
