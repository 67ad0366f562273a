/**
 * For specs: what HAProxy 2.6.12 (Debian 12) really answers on its master CLI, byte by byte: recorded from one with a service on
 * three nodes, of which one has no listener, one is being checked at that moment and holds three requests, and one says 503.
 */
export const recorded = {
  info: `Name: HAProxy
Version: 2.6.12-1+deb12u4
Release_date: 2026/10/17
Nbthread: 2
Nbproc: 1
Process_num: 1
Pid: 23346
Uptime: 0d 0h00m00s
Uptime_sec: 0
Memmax_MB: 0
PoolAlloc_MB: 0
PoolUsed_MB: 0
PoolFailed: 0
Ulimit-n: 844
Maxsock: 844
Maxconn: 400
Hard_maxconn: 400
CurrConns: 0
CumConns: 6
CumReq: 5
MaxSslConns: 0
CurrSslConns: 0
CumSslConns: 0
Maxpipes: 0
PipesUsed: 0
PipesFree: 0
ConnRate: 0
ConnRateLimit: 0
MaxConnRate: 0
SessRate: 0
SessRateLimit: 0
MaxSessRate: 0
SslRate: 0
SslRateLimit: 0
MaxSslRate: 0
SslFrontendKeyRate: 0
SslFrontendMaxKeyRate: 0
SslFrontendSessionReuse_pct: 0
SslBackendKeyRate: 0
SslBackendMaxKeyRate: 0
SslCacheLookups: 0
SslCacheMisses: 0
CompressBpsIn: 0
CompressBpsOut: 0
CompressBpsRateLim: 0
Tasks: 20
Run_queue: 0
Idle_pct: 100
node: vm
description: 97b489017d79d112
Stopping: 0
Jobs: 3
Unstoppable Jobs: 1
Listeners: 2
ActivePeers: 0
ConnectedPeers: 0
DroppedLogs: 0
BusyPolling: 0
FailedResolutions: 0
TotalBytesOut: 264
TotalSplicdedBytesOut: 0
BytesOutRate: 256
DebugCommandsIssued: 0
CumRecvLogs: 0
Build info: 2.6.12-1+deb12u4
Memmax_bytes: 0
PoolAlloc_bytes: 106368
PoolUsed_bytes: 106368
Start_time_sec: 1795254398
Tainted: 0

`,
  map: `0x55b5a2d13300 generation 7
0x55b5a2d13350 shop.live blue
0x55b5a2d133a0 shop.canary 0
0x55b5a2d133f0 shop.blue sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
0x55b5a2d13440 shop.green sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb

`,
  stat: `# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,rate_lim,rate_max,check_status,check_code,check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,hanafail,req_rate,req_rate_max,req_tot,cli_abrt,srv_abrt,comp_in,comp_out,comp_byp,comp_rsp,lastsess,last_chk,last_agt,qtime,ctime,rtime,ttime,agent_status,agent_code,agent_duration,check_desc,agent_desc,check_rise,check_fall,check_health,agent_rise,agent_fall,agent_health,addr,cookie,mode,algo,conn_rate,conn_rate_max,conn_tot,intercepted,dcon,dses,wrew,connect,reuse,cache_lookups,cache_hits,srv_icur,src_ilim,qtime_max,ctime_max,rtime_max,ttime_max,eint,idle_conn_cur,safe_conn_cur,used_conn_cur,need_conn_est,uweight,agg_server_status,agg_server_check_status,agg_check_status,-,ssl_sess,ssl_reused_sess,ssl_failed_handshake,h2_headers_rcvd,h2_data_rcvd,h2_settings_rcvd,h2_rst_stream_rcvd,h2_goaway_rcvd,h2_detected_conn_protocol_errors,h2_detected_strm_protocol_errors,h2_rst_stream_resp,h2_goaway_resp,h2_open_connections,h2_backend_open_streams,h2_total_connections,h2_backend_total_streams,h1_open_connections,h1_open_streams,h1_total_connections,h1_total_streams,h1_bytes_in,h1_bytes_out,h1_spliced_bytes_in,h1_spliced_bytes_out,
public,FRONTEND,,,3,3,400,3,0,0,0,0,0,,,,,OPEN,,,,,,,,,1,1,0,,,,0,0,0,3,,,,0,0,0,0,0,0,,0,3,3,,,0,0,0,0,,,,,,,,,,,,,,,,,,,,,http,,0,3,3,0,0,0,0,,,0,0,,,,,,,0,,,,,,,,,-,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,3,3,3,3,246,0,0,0,
shop-blue,pi1,0,0,0,0,,0,0,0,,0,,0,0,0,0,UP,1,1,0,1,1,5,1,,1,2,1,,0,,2,0,,0,L7OK,200,1,0,0,0,0,0,0,,,,0,0,0,,,,,-1,,,0,0,0,0,,,,Layer7 check passed,,2,3,4,,,,127.0.0.1:18080,,http,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,1,1,,,,-,0,0,0,,,,,,,,,,,,,,,,,,,,,,
shop-blue,pi2,0,0,0,0,,0,0,0,,0,,0,0,0,0,DOWN,1,1,0,1,1,6,6,,1,2,2,,0,,2,0,,0,L4CON,,0,0,0,0,0,0,0,,,,0,0,0,,,,,-1,Connection refused,,0,0,0,0,,,,Layer4 connection problem,,2,3,0,,,,127.0.0.1:1,,http,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,1,1,,,,-,0,0,0,,,,,,,,,,,,,,,,,,,,,,
shop-blue,pi3,0,0,3,3,,3,0,0,,0,,0,0,0,0,UP,1,1,0,0,0,7,0,,1,2,3,,3,,2,0,,3,* L7OK,0,0,0,0,0,0,0,0,,,,0,0,0,,,,,5,,,0,0,0,0,,,,Layer7 check passed,,2,3,4,,,,127.0.0.1:18082,,http,,,,,,,,0,3,0,,,0,,0,0,0,0,0,0,0,3,4,1,,,,-,0,0,0,,,,,,,,,,,,,,,,,,,,,,
shop-blue,BACKEND,0,0,3,3,1,3,0,0,0,0,,0,0,0,0,UP,2,2,0,,0,7,0,,1,2,0,,3,,1,0,,3,,,,0,0,0,0,0,0,,,,0,0,0,0,0,0,0,5,,,0,0,0,0,,,,,,,,,,,,,,http,roundrobin,,,,,,,0,3,0,0,0,,,0,0,0,0,0,,,,,2,0,0,0,-,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,4,4,19,19,672,774,0,0,
shop-green,pi1,0,0,0,0,,0,0,0,,0,,0,0,0,0,UP,1,1,0,0,0,7,0,,1,3,1,,0,,2,0,,0,L7OK,200,1,0,0,0,0,0,0,,,,0,0,0,,,,,-1,,,0,0,0,0,,,,Layer7 check passed,,2,3,4,,,,127.0.0.1:18081,,http,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,1,1,,,,-,0,0,0,,,,,,,,,,,,,,,,,,,,,,
shop-green,pi2,0,0,0,0,,0,0,0,,0,,0,0,0,0,DOWN,1,1,0,1,1,6,6,,1,3,2,,0,,2,0,,0,L7STS,503,1,0,0,0,0,0,0,,,,0,0,0,,,,,-1,Service Unavailable,,0,0,0,0,,,,Layer7 wrong status,,2,3,0,,,,127.0.0.1:18083,,http,,,,,,,,0,0,0,,,0,,0,0,0,0,0,0,0,0,1,1,,,,-,0,0,0,,,,,,,,,,,,,,,,,,,,,,
shop-green,BACKEND,0,0,0,0,1,0,0,0,0,0,,0,0,0,0,UP,1,1,0,,0,7,0,,1,3,0,,0,,1,0,,0,,,,0,0,0,0,0,0,,,,0,0,0,0,0,0,0,-1,,,0,0,0,0,,,,,,,,,,,,,,http,roundrobin,,,,,,,0,0,0,0,0,,,0,0,0,0,0,,,,,1,0,0,0,-,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,10,10,1074,660,0,0,

`,
  serversState: `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
2 shop-blue 1 pi1 127.0.0.1 2 0 1 1 5 15 3 4 6 0 0 0 - 18080 - 0 0 - - 0
2 shop-blue 2 pi2 127.0.0.1 0 0 1 1 6 8 2 0 6 0 0 0 - 1 - 0 0 - - 0
2 shop-blue 3 pi3 127.0.0.1 2 0 1 1 7 15 0 4 7 0 0 0 - 18082 - 0 0 - - 0
3 shop-green 1 pi1 127.0.0.1 2 0 1 1 7 15 3 4 6 0 0 0 - 18081 - 0 0 - - 0
3 shop-green 2 pi2 127.0.0.1 0 0 1 1 6 17 2 0 6 0 0 0 - 18083 - 0 0 - - 0

`,
  proc: `#<PID>          <type>          <reloads>       <uptime>        <version>      
17862           master          0 [failed: 0]   0d00h00m03s     2.6.12-1+deb12u4
# workers
17865           worker          0               0d00h00m03s     2.6.12-1+deb12u4
# programs

`,
  procAfterReload: `#<PID>          <type>          <reloads>       <uptime>        <version>      
17862           master          1 [failed: 0]   0d00h00m04s     2.6.12-1+deb12u4
# workers
17983           worker          0               0d00h00m01s     2.6.12-1+deb12u4
# old workers
17865           worker          1               0d00h00m03s     2.6.12-1+deb12u4
# programs

`,
  procAfterFailedReload: `#<PID>          <type>          <reloads>       <uptime>        <version>      
17862           master          3 [failed: 1]   0d00h00m06s     2.6.12-1+deb12u4
# workers
18013           worker          1               0d00h00m02s     2.6.12-1+deb12u4
# old workers
17865           worker          3               0d00h00m05s     2.6.12-1+deb12u4
# programs

`,
  procBeforeFailedReload: `#<PID>          <type>          <reloads>       <uptime>        <version>      
17862           master          2 [failed: 0]   0d00h00m05s     2.6.12-1+deb12u4
# workers
18013           worker          0               0d00h00m01s     2.6.12-1+deb12u4
# old workers
17865           worker          2               0d00h00m04s     2.6.12-1+deb12u4
# programs

`,
  prepared: 'New version created: 2\n\n',
  done: '\n',
  unknownMap: 'Unknown map identifier. Please use #<id> or <file>.\n\n',
  noValue: "Missing value for key 'generation'.\n\n",
  wrongVersion: 'Version number out of range.\n\n',
  noSuchWorker: "Can't find the target PID matching the prefix '@!99999'\n",
  /** The ring of a worker that was asked for: a page, one of the candidate, one of no service, one that failed. */
  events: `Server shop-blue/pi2 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.
- canary 8973 0 1795270622422 0 0 shop-blue pi1 200 0 0 --
- canary 8973 1 1795270622437 0 0 shop-green pi1 200 0 0 --
- canary 8973 2 1795270622451 0 0 public <NOSRV> 404 -1 0 LR
127.0.0.1 GET /fail canary 8973 3 1795270622467 0 0 shop-blue pi1 500 0 0 --

`,
  /** And one more of the candidate. */
  eventsLater: `Server shop-blue/pi2 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.
- canary 8973 0 1795270622422 0 0 shop-blue pi1 200 0 0 --
- canary 8973 1 1795270622437 0 0 shop-green pi1 200 0 0 --
- canary 8973 2 1795270622451 0 0 public <NOSRV> 404 -1 0 LR
127.0.0.1 GET /fail canary 8973 3 1795270622467 0 0 shop-blue pi1 500 0 0 --
- canary 8973 5 1795270622551 0 0 shop-green pi1 200 0 0 --

`,
  noSuchRing: 'No such event sink\n',
};
