// Written by tools/gen-routes.ts from the folder: npm run gen. Not to be edited.
import r_aggregation from './aggregation.route.ts'
import r_complete from './complete.route.ts'
import r_custom_rules_change from './custom-rules-change.route.ts'
import r_custom_rules from './custom-rules.route.ts'
import r_device_capture from './device-capture.route.ts'
import r_devices from './devices.route.ts'
import r_events from './events.route.ts'
import r_export from './export.route.ts'
import r_exporter_change from './exporter-change.route.ts'
import r_exporter_counters from './exporter-counters.route.ts'
import r_exporter_port from './exporter-port.route.ts'
import r_exporter from './exporter.route.ts'
import r_exports from './exports.route.ts'
import r_facets from './facets.route.ts'
import r_fields from './fields.route.ts'
import r_flow_packets from './flow-packets.route.ts'
import r_flow from './flow.route.ts'
import r_healthz from './healthz.route.ts'
import r_history_delete_host from './history-delete-host.route.ts'
import r_history_export from './history-export.route.ts'
import r_history_flows from './history-flows.route.ts'
import r_history_groups from './history-groups.route.ts'
import r_history_load from './history-load.route.ts'
import r_history_queries from './history-queries.route.ts'
import r_history_query_add from './history-query-add.route.ts'
import r_history_query_change from './history-query-change.route.ts'
import r_history_query_remove from './history-query-remove.route.ts'
import r_history_retain from './history-retain.route.ts'
import r_history_series_names from './history-series-names.route.ts'
import r_history_series from './history-series.route.ts'
import r_history_sql from './history-sql.route.ts'
import r_history from './history.route.ts'
import r_host_activity from './host-activity.route.ts'
import r_host_change from './host-change.route.ts'
import r_host_names from './host-names.route.ts'
import r_host_series from './host-series.route.ts'
import r_host from './host.route.ts'
import r_instance_add from './instance-add.route.ts'
import r_instance_change from './instance-change.route.ts'
import r_instance_remove from './instance-remove.route.ts'
import r_instances from './instances.route.ts'
import r_interface_change from './interface-change.route.ts'
import r_interface_remove from './interface-remove.route.ts'
import r_interface_restart from './interface-restart.route.ts'
import r_interface_upload from './interface-upload.route.ts'
import r_interface from './interface.route.ts'
import r_interfaces from './interfaces.route.ts'
import r_lists from './lists.route.ts'
import r_metrics from './metrics.route.ts'
import r_openapi from './openapi.route.ts'
import r_packets_kept from './packets-kept.route.ts'
import r_packets from './packets.route.ts'
import r_protocols from './protocols.route.ts'
import r_readyz from './readyz.route.ts'
import r_recording_packets from './recording-packets.route.ts'
import r_recording_remove from './recording-remove.route.ts'
import r_recording_start from './recording-start.route.ts'
import r_recording_stop from './recording-stop.route.ts'
import r_recording from './recording.route.ts'
import r_recordings from './recordings.route.ts'
import r_search from './search.route.ts'
import r_series from './series.route.ts'
import r_state from './state.route.ts'
import r_totals from './totals.route.ts'
import type { Deps, Route } from './route.ts'

export const routeFiles: readonly ((deps: Deps) => Route | readonly Route[])[] = [
  r_aggregation,
  r_complete,
  r_custom_rules_change,
  r_custom_rules,
  r_device_capture,
  r_devices,
  r_events,
  r_export,
  r_exporter_change,
  r_exporter_counters,
  r_exporter_port,
  r_exporter,
  r_exports,
  r_facets,
  r_fields,
  r_flow_packets,
  r_flow,
  r_healthz,
  r_history_delete_host,
  r_history_export,
  r_history_flows,
  r_history_groups,
  r_history_load,
  r_history_queries,
  r_history_query_add,
  r_history_query_change,
  r_history_query_remove,
  r_history_retain,
  r_history_series_names,
  r_history_series,
  r_history_sql,
  r_history,
  r_host_activity,
  r_host_change,
  r_host_names,
  r_host_series,
  r_host,
  r_instance_add,
  r_instance_change,
  r_instance_remove,
  r_instances,
  r_interface_change,
  r_interface_remove,
  r_interface_restart,
  r_interface_upload,
  r_interface,
  r_interfaces,
  r_lists,
  r_metrics,
  r_openapi,
  r_packets_kept,
  r_packets,
  r_protocols,
  r_readyz,
  r_recording_packets,
  r_recording_remove,
  r_recording_start,
  r_recording_stop,
  r_recording,
  r_recordings,
  r_search,
  r_series,
  r_state,
  r_totals,
]
