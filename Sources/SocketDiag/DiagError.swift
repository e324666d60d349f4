import Glibc
import LinuxSystem
package import Measures

/// sock_diag refused something: what, the errno, the remedy.
package struct DiagError: ReadableError, Hashable {
    package let operation: String
    /// Positive.
    package let errno: Int32

    package var code: String { isUnsupported ? "socketdiag.unsupported" : "socketdiag.errno-\(errno)" }
    package var exitCode: ExitCode { .agentFailed }
    package var isUnsupported: Bool { errno == EOPNOTSUPP || errno == EPROTONOSUPPORT || errno == EINVAL }

    package var message: String {
        let text = "\(operation): \(SystemError.text(of: errno)) (errno \(errno))"
        switch errno {
        case EPERM, EACCES: return "\(text). Run as root or with CAP_NET_ADMIN."
        case _ where isUnsupported:
            return
                "\(text). It takes a kernel with CONFIG_INET_DIAG_DESTROY (Linux 4.5) and tcp_diag (modprobe tcp_diag)."
        default: return text
        }
    }

    init(_ operation: String, errno: Int32) {
        self.operation = operation
        self.errno = errno
    }
}
