import Glibc
package import LinuxSystem

extension Feature {
    /// Closing established TCP connections from outside.
    package static let socketDestroy = Feature(
        name: "closing connections",
        needs: "a kernel with CONFIG_INET_DIAG_DESTROY (Linux 4.5), CAP_NET_ADMIN and "
            + KernelHome.current.remedy(modules: ["tcp_diag"])
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
