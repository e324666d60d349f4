import ArgumentParser
import Foundation
import Keys
import Measures
import X509

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make and end the keys by which agents and coordinators know each other.",
        discussion: """
            One authority signs all. Its folder stays on the operator's machine; a host or a person gets a folder of its own.

              faultline keys init                            once, on the operator's machine
              faultline keys issue web1 --address 10.0.0.5   an agent's key; copy its folder to the host
              faultline keys issue --coordinator laptop      for who runs experiments: run --keys FOLDER
              faultline keys issue --operator oncall         for who may ask agents, and halt, and no more
              faultline keys renew --all                     new keys and certificates; copy the folders again
              faultline keys revoke laptop                   count no more; copy revoked.pem to every host

            A certificate counts for 30 days (--valid). An agent reads a renewed certificate and a new revoked.pem in its \
            folder without a restart. revoked.pem is signed: it may travel by any way, and a list that is older or of another \
            authority is not taken. Until it has arrived, a host goes on obeying a revoked key: to cut one off at once, take \
            its name out of the agents' policy, or shorten --valid.
            """,
        subcommands: [Make.self, Issue.self, Renew.self, List.self, Revoke.self]
    )

    struct Place: ParsableArguments {
        @Option(help: "The authority's folder.", completion: .directory) var keys = "/etc/faultline/keys"
        @Flag(help: "JSON.") var json = false

        /// Where a bundle goes when nothing else is said.
        func bundle(of identity: Identity) -> String {
            "\(keys)/issued/\(identity.role.rawValue)-\(identity.name)"
        }
    }

    struct Make: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init",
            abstract:
                "Make the authority: a private key (mode 0600), its certificate and an empty list of revoked ones."
        )

        @OptionGroup var place: Place
        @Option(help: "How long the authority counts: 1825d.") var valid: Validity?
        @Flag(help: "Replace an authority; all that the old one issued is refused then.") var force = false

        func run() throws {
            let authority = try Authority.create(
                in: place.keys,
                valid: valid?.value ?? Authority.ownValidity,
                replacing: force
            )
            let until = authority.certificate.notValidAfter.utc
            if place.json { return try Console.json(["folder": place.keys, "expires": until]) }
            Console.print("made the authority in \(place.keys); it counts until \(until)")
            Console.print("its private key stays here: back it up, and show it to nobody")
            Console.print("next: faultline keys issue HOST, and faultline keys issue --coordinator NAME")
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let certificates count no more: all of a name, or one serial number."
        )

        @OptionGroup var place: Place
        @Argument(help: "A name, ROLE/NAME, or a serial number of `keys list`.") var what: String

        func run() throws {
            var authority = try Authority(folder: place.keys)
            let revoked = try authority.revoke(what)
            let path = "\(place.keys)/revoked.pem"
            if place.json { return try Console.json(revoked) }
            for entry in revoked {
                Console.print("revoked \(entry.role)/\(entry.name), serial \(entry.serial)")
            }
            if revoked.isEmpty {
                Console.print("nothing to revoke: all of it has expired or is revoked already")
            }
            Console.print(
                "list \(authority.revoked.number) is in \(path); copy it to the key folder of every host, it counts when "
                    + "it is there"
            )
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What was issued, and what still counts.")

        @OptionGroup var place: Place

        func run() throws {
            let authority = try Authority(folder: place.keys)
            let rows = authority.ledger.entries.map { KeyRow($0, authority, now: Date()) }
            if place.json { return try Console.json(rows) }
            Console.print(
                "authority: counts until \(authority.certificate.notValidAfter.utc), list of revoked ones "
                    + "\(authority.revoked.number)"
            )
            for row in rows { Console.print(row.text) }
            if rows.isEmpty { Console.print("nothing was issued; faultline keys issue HOST") }
        }
    }
}
