import ArgumentParser
package import FleetCore

extension LauncherChoice: ExpressibleByArgument {}

extension BusyPolicy: ExpressibleByArgument {}
