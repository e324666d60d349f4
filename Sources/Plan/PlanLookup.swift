extension Plan {
    package func host(named name: String) -> HostPlan? {
        lab.hosts.first { $0.name == name }
    }

    package func service(named name: String, on host: String) -> ServicePlan? {
        self.host(named: host)?.services.first { $0.name == name }
    }

    package func load(named name: String) -> LoadPlan? {
        loads.first { $0.name == name }
    }

    /// Some service's command names a file of the experiment's folder, so that the folder must be there.
    package var needsFiles: Bool {
        lab.hosts.contains { $0.services.contains { $0.command.contains { $0.contains("{files}") } } }
    }

    /// By host, how an inventory's services are found.
    package var foundServices: [String: [String: ProcessTargetPlan]] {
        Dictionary(lab.hosts.compactMap { host in host.site.map { (host.name, $0.services) } }) { first, _ in
            first
        }
    }
}
