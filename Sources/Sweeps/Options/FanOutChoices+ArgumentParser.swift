import ArgumentParser
import FanOut

extension LauncherChoice: ExpressibleByArgument {}

extension BusyPolicy: ExpressibleByArgument {}
