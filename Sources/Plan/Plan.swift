/// An experiment after validation, every default filled in. Cannot exist unless the file was valid; two files that say
/// the same have the same digest.
package struct Plan: Sendable, Equatable {
    package let name: String
    package let summary: String
    /// The folder beside the experiment file that `{files}` stands for; by default the file's name without its ending.
    package let filesFolder: String
    package let lab: LabPlan
    package let loads: [LoadPlan]
    package let histories: [HistoryPlan]
    package let faults: [FaultPlan]
    package let targets: TargetsPlan
    package let guards: [GuardPlan]
    /// Hosts of the lab whose packets are recorded, in the order of the file; usually none.
    package let captures: [String]
    package let clockBound: ClockBoundPlan
    /// What fails in the field and how often, for the yearly estimate; usually none.
    package let failureModes: [FailureModePlan]
    package let duration: Duration
    /// SHA-256 of the plan's canonical text, lower-case hexadecimal: the identity of what is run.
    package let digest: String
}

package struct LabPlan: Sendable, Equatable {
    /// In the order of the file.
    package let hosts: [HostPlan]

    package init(hosts: [HostPlan]) {
        self.hosts = hosts
    }

    /// The hosts are there already, with agents of their own: nothing is to be brought up.
    package var isInventory: Bool { hosts.contains { $0.site != nil } }

    /// Of an inventory.
    package var sites: [(name: String, site: HostSite)] {
        hosts.compactMap { host in host.site.map { (host.name, $0) } }
    }
}

package struct HostPlan: Sendable, Equatable {
    /// A DNS label: it resolves inside the lab.
    package let name: String
    /// What is to be started on it.
    package let services: [ServicePlan]
    /// nil: a host of the lab.
    package let site: HostSite?

    package init(name: String, services: [ServicePlan], site: HostSite? = nil) {
        self.name = name
        self.services = services
        self.site = site
    }
}

package struct ServicePlan: Sendable, Equatable, Codable {
    package let name: String
    /// The command, split into words; `{files}` and `{dir}` are still in it (the lab fills them in).
    package let command: [String]
    package let ready: Readiness?
    /// How long the service may take until it is ready.
    package let readyWithin: Duration
    /// Where the service writes its log, `{dir}` still in it; nil: to its standard output or error.
    package let log: String?
    package let marks: [LogMarkPlan]

    package init(
        name: String,
        command: [String],
        ready: Readiness?,
        readyWithin: Duration,
        log: String? = nil,
        marks: [LogMarkPlan] = []
    ) {
        self.name = name
        self.command = command
        self.ready = ready
        self.readyWithin = readyWithin
        self.log = log
        self.marks = marks
    }
}

/// When a service counts as up.
package enum Readiness: Sendable, Equatable, Codable {
    /// A GET that answers with a status below 400.
    case http(HTTPAddress)
    /// A TCP connection that is accepted.
    case tcp(host: String, port: UInt16)
}

/// http://host:port/path, or https://
package struct HTTPAddress: Sendable, Equatable, Codable {
    package let host: String
    package let port: UInt16
    /// With the query; begins with "/".
    package let path: String
    package let isSecure: Bool

    package init(host: String, port: UInt16, path: String, isSecure: Bool = false) {
        self.host = host
        self.port = port
        self.path = path
        self.isSecure = isSecure
    }

    package var text: String { "\(isSecure ? "https" : "http")://\(authority)\(path)" }

    /// Host and port as a URL and the field Host write them (RFC 9110, section 7.2).
    package var authority: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? host : "\(host):\(port)"
    }
}
