import Glibc
package import LinuxSystem

extension Feature {
    /// Closing established TCP connections from outside.
    package static let socketDestroy = Feature(
        name: "closing connections",
        needs:
            "a kernel with CONFIG_INET_DIAG_DESTROY (Linux 4.5), tcp_diag (modprobe tcp_diag) and CAP_NET_ADMIN"
    ) {
        do throws(DiagError) {
            var socket = try DiagSocket()
            try socket.tryDestroying()
            return .yes
        } catch {
            return error.errno == EPERM ? .unknown(error.message) : .no(error.message)
        }
    }
}
