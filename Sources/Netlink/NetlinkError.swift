package import Measures

/// A request that libnl or the kernel refused.
///
/// All three are kept, since libnl folds many errnos into one of its codes: the operation, libnl's code, and the kernel's
/// errno with its own text where it answered.
package struct NetlinkError: ReadableError, Hashable {
    package let operation: String
    /// libnl's NLE_ number, positive; 0 when the refusal is Faultline's own.
    package let library: Int32
    package let libraryText: String
    /// The kernel's errno, positive; nil when the request did not reach it.
    package let kernelErrno: Int32?
    /// The kernel's words (extended ACK): "Specified qdisc kind is unknown".
    package let kernelText: String?
    package let remedy: String?
    package let exitCode: ExitCode

    package init(
        operation: String,
        library: Int32,
        libraryText: String,
        kernelErrno: Int32? = nil,
        kernelText: String? = nil,
        remedy: String? = nil,
        exitCode: ExitCode = .agentFailed
    ) {
        self.operation = operation
        self.library = library
        self.libraryText = libraryText
        self.kernelErrno = kernelErrno
        self.kernelText = kernelText
        self.remedy = remedy
        self.exitCode = exitCode
    }

    /// A refusal before any request: an impossible value, a foreign qdisc in the way.
    package init(
        _ operation: String,
        refused reason: String,
        remedy: String? = nil,
        exitCode: ExitCode = .badInput
    ) {
        self.init(
            operation: operation,
            library: 0,
            libraryText: reason,
            remedy: remedy,
            exitCode: exitCode
        )
    }

    package var code: String {
        if let kernelErrno { return "netlink.errno-\(kernelErrno)" }
        return library == 0 ? "netlink.refused" : "netlink.nle-\(library)"
    }

    package var message: String {
        var text = "\(operation): \(kernelText ?? libraryText)"
        if let kernelErrno {
            text +=
                kernelText == nil
                ? " (errno \(kernelErrno))" : " (errno \(kernelErrno), libnl: \(libraryText))"
        }
        if let remedy { text += ". \(remedy)" }
        return text
    }

    /// Nothing of that name or handle: for a deletion this means that it is done already. (ENOENT, ENODEV)
    package var isAbsent: Bool { kernelErrno == 2 || kernelErrno == 19 }
    /// The name or handle is taken. (EEXIST)
    package var isPresent: Bool { kernelErrno == 17 }
}
