import CNetlink
import Glibc
package import LinuxSystem

/// A NETLINK_ROUTE socket. It belongs to the network namespace of the thread that opened it, and stays there.
/// Not for two threads at once.
package struct RouteSocket: ~Copyable, Sendable {
    private let socket: ForeignHandle
    private let inbox: Inbox

    /// In the calling thread's namespace.
    package init() throws(NetlinkError) {
        guard let socket = ForeignHandle(nl_socket_alloc(), release: { nl_socket_free($0) }) else {
            throw NetlinkError(operation: "open netlink socket", library: 5, libraryText: "Out of memory")
        }
        let code = nl_connect(socket.pointer, NETLINK_ROUTE)
        guard code >= 0 else {
            throw NetlinkError(
                operation: "open netlink socket",
                library: -code,
                libraryText: LibraryCode.text(code)
            )
        }
        let inbox = Inbox()
        // Both are refinements: before Linux 4.12 there is no text, and errors are told all the same.
        var one: Int32 = 1
        let descriptor = nl_socket_get_fd(socket.pointer)
        for option in [NETLINK_EXT_ACK, NETLINK_CAP_ACK] {
            _ = setsockopt(descriptor, SOL_NETLINK, Int32(option), &one, socklen_t(MemoryLayout<Int32>.size))
        }
        let context = Unmanaged.passUnretained(inbox).toOpaque()
        nl_socket_modify_err_cb(socket.pointer, NL_CB_CUSTOM, Inbox.refused, context)
        nl_socket_modify_cb(socket.pointer, NL_CB_VALID, NL_CB_CUSTOM, Inbox.arrived, context)
        self.socket = socket
        self.inbox = inbox
    }

    /// In another namespace; the calling thread stays where it is.
    package init(in namespace: NetworkNamespace) throws {
        self = try namespace.inside { try RouteSocket() }
    }

    /// Sends one request and waits for the kernel's word.
    package func send(_ request: Request) throws(NetlinkError) {
        try transmit(request)
        inbox.begin()
        let code = nl_wait_for_ack(socket.pointer)
        if code < 0 { throw error(request, code) }
    }

    package func send(_ requests: [Request]) throws(NetlinkError) {
        for request in requests { try send(request) }
    }

    /// A deletion: false when there was nothing to delete, which is no error, since healing twice is allowed.
    @discardableResult
    package func sendDeletion(_ request: Request) throws(NetlinkError) -> Bool {
        do throws(NetlinkError) {
            try send(request)
            return true
        } catch {
            guard error.isAbsent else { throw error }
            return false
        }
    }

    /// All messages of a dump. One that a change interrupted (NLE_DUMP_INTR) is asked for again, at most eight times.
    package func dump(_ request: Request) throws(NetlinkError) -> [Answer] {
        var attempt = 1
        while true {
            try transmit(request)
            inbox.begin()
            let code = nl_recvmsgs_default(socket.pointer)
            if code >= 0 { return inbox.answers }
            guard code == -NLE_DUMP_INTR, attempt < 8 else { throw error(request, code) }
            attempt += 1
        }
    }

    /// For libnl's own calls that take a socket (caches); only within this target and this owner's life.
    func withSocket(
        _ operation: @autoclosure () -> String,
        _ call: (OpaquePointer) -> Int32
    ) throws(NetlinkError) {
        inbox.begin()
        let code = call(socket.pointer)
        guard code < 0 else { return }
        throw NetlinkError(
            operation: operation(),
            library: -code,
            libraryText: LibraryCode.text(code),
            kernelErrno: inbox.errno,
            kernelText: inbox.text
        )
    }

    private func transmit(_ request: Request) throws(NetlinkError) {
        var bytes = request.bytes(
            sequence: nl_socket_use_seq(socket.pointer),
            port: nl_socket_get_local_port(socket.pointer)
        )
        let code = nl_sendto(socket.pointer, &bytes, bytes.count)
        if code < 0 { throw error(request, code) }
    }

    private func error(_ request: Request, _ code: Int32) -> NetlinkError {
        NetlinkError(
            operation: request.operation,
            library: abs(code),
            libraryText: LibraryCode.text(code),
            kernelErrno: inbox.errno,
            kernelText: inbox.text,
            remedy: inbox.errno == EPERM ? "Run as root, or with CAP_NET_ADMIN" : nil
        )
    }
}

/// What libnl's callbacks see. Owned by the socket, which a callback cannot outlive.
private final class Inbox: @unchecked Sendable {
    private(set) var answers: [Answer] = []
    private(set) var errno: Int32?
    private(set) var text: String?

    func begin() {
        answers.removeAll(keepingCapacity: true)
        errno = nil
        text = nil
    }

    static let refused: nl_recvmsg_err_cb_t = { _, error, context in
        guard let error, let context else { return Int32(NL_STOP.rawValue) }
        let inbox = Unmanaged<Inbox>.fromOpaque(context).takeUnretainedValue()
        inbox.errno = -error.pointee.error
        inbox.text = faultline_nl_error_text(error).map { String(cString: $0) }
        return Int32(NL_STOP.rawValue)
    }

    static let arrived: nl_recvmsg_msg_cb_t = { message, context in
        guard let message, let context, let header = nlmsg_hdr(message), let data = nlmsg_data(header) else {
            return Int32(NL_OK.rawValue)
        }
        let payload = UnsafeRawBufferPointer(start: data, count: Int(nlmsg_datalen(header)))
        Unmanaged<Inbox>.fromOpaque(context).takeUnretainedValue()
            .answers.append(Answer(type: header.pointee.nlmsg_type, payload: Array(payload)))
        return Int32(NL_OK.rawValue)
    }
}
