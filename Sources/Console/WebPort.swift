import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// An HTTP port with a few pages to read. Nothing can be changed through it; requests' bodies are not looked at.
package final class WebPort: Sendable {
    /// With the port that it got.
    package let address: ListenAddress
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    /// Open at once; more wait.
    private static let mostConnections = 64
    private static let idleTimeout = TimeAmount.seconds(30)
    /// What is being answered when the port closes may take so long.
    private static let patience = Swift.Duration.seconds(1)

    private init(address: ListenAddress, group: ServiceGroup, task: Task<Void, any Error>) {
        self.address = address
        self.group = group
        self.task = task
    }

    /// Listens when this returns. Errors: the port is taken, or no address of this host.
    ///
    /// - Parameter pages: by path, "/metrics"; any other path is not found.
    package static func open(_ address: ListenAddress, pages: [String: WebPage]) async throws -> WebPort {
        let (bound, binding) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        let check = HostCheck(isLoopback: address.isLoopback)
        for (path, page) in pages {
            router.get(RouterPath(path)) { request, _ in
                guard check.allows(request.head.authority) else {
                    return Response(status: .misdirectedRequest)
                }
                return response(await page(request.headers[.accept]))
            }
        }
        var logger = Logger(label: "faultline") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let application = Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: idleTimeout)),
            configuration: .init(
                address: .hostname(address.host, port: Int(address.port)),
                availableConnectionsDelegate: .maximum(mostConnections, logger: logger)
            ),
            onServerRunning: { channel in
                binding.yield(channel.localAddress?.port ?? Int(address.port))
            },
            logger: logger
        )
        var settings = ServiceGroupConfiguration(services: [application], logger: logger)
        settings.maximumGracefulShutdownDuration = patience
        let group = ServiceGroup(configuration: settings)
        let task = Task {
            defer { binding.finish() }
            try await group.run()
        }
        for await port in bound {
            return WebPort(
                address: ListenAddress(host: address.host, port: UInt16(clamping: port)),
                group: group,
                task: task
            )
        }
        var cause = "it ended at once"
        do { try await task.value } catch { cause = "\(error)" }
        throw ListenError(
            code: "listen.bind",
            message: "cannot listen on \(address): \(cause); choose another port, or an address of this host"
        )
    }

    /// Nobody is let in any more, and open connections are closed. In this order: a connection that the system has let in
    /// and nobody has taken up yet must be, or the library ends the process.
    package func close() async {
        await group.triggerGracefulShutdown()
        _ = try? await task.value
    }

    private static func response(_ answer: WebAnswer) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        // Nothing is fetched from elsewhere, nothing that a name or a message says is run, no site frames it.
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
            + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        return Response(
            status: .ok,
            headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: answer.body))
        )
    }
}
