/** The words of the page: Chinese, English. */
const words = <T extends Record<string, readonly [string, string]>>(all: T): T => all;

export const WORDS = words({
  title: ["博格达 空气质量会商", "Bogda air quality consultation"],
  views: ["页面", "Views"],
  today: ["今日", "Today"], map: ["分布", "Map"], place: ["站点", "Place"], sources: ["来源", "Sources"],
  assessment: ["评估", "Review"], verification: ["检验", "Scores"], consult: ["会商", "Consult"],
  skip: ["跳到正文", "Skip to content"], loading: ["正在读取…", "Loading…"], again: ["重试", "Try again"],
  cannotStart: ["页面无法启动", "The page cannot start"], unreachable: ["连不上服务器；所示为已读取的内容", "The server cannot be reached; shown is what was read before"],
  theme: ["切换深浅色", "Dark or light"], issued: ["起报", "Issued"], age: ["距今 {age}", "{age} ago"],
  beijingTime: ["时间均为北京时", "Times are Beijing time"], olderRun: ["正在查看较早的起报；最新为 {latest}。", "An earlier issue is shown; the latest is {latest}."],
  toLatest: ["看最新", "Show the latest"], none: ["无", "None"], noValue: ["无值", "no value"],
  day: ["日", "Day"], hour: ["时", "Hour"], region: ["区域", "Region"], placeLabel: ["地点", "Place"], pollutant: ["污染物", "Pollutant"],
  // today
  regionsAtGlance: ["区域预报", "Regions"], cities: ["各地逐日 AQI", "AQI by place and day"], primary: ["首要污染物", "Primary"],
  dust: ["沙尘", "Dust"], dustDay: ["有沙尘", "dust"], rangeWord: ["范围", "range"], interval: ["预报范围", "Range"],
  probabilityOf: ["{name}概率", "{name}: chance"], heavyChance: ["重度及以上概率", "Heavy or worse"], heavyShort: ["重污染", "heavy"], pollutedChance: ["超标概率", "Above 100"],
  levelChances: ["各级概率", "Chance of each level"], measured: ["实测", "Measured"], measuredOn: ["{day}实测 PM₂.₅ {value} µg/m³", "Measured {day}: PM₂.₅ {value} µg/m³"],
  warnings: ["预警建议", "Proposed warnings"], noWarnings: ["按规则无需预警", "The rules call for no warning"], proposed: ["建议", "proposed"],
  validFromTo: ["{from} 至 {to}", "{from} to {to}"], highestAqi: ["24小时 AQI 最高 {value}", "highest 24 h AQI {value}"],
  chanceOfLevel: ["达到该级概率 {value}", "chance of that level {value}"], notEvaluated: ["未评估：{names}", "Not evaluated: {names}"],
  unverifiedRules: ["规则未经核对", "rules not verified"], missingMembers: ["缺预报：{names}", "without forecast: {names}"],
  degraded: ["降级 {count} 项", "{count} degradations"], degradedTitle: ["本次运行的降级", "What this run had to do without"], notDegraded: ["本次运行无降级", "Nothing was degraded"],
  lackingProduct: ["缺少产品 {name}", "The product {name} is missing"], bulletin: ["会商材料全文", "The whole bulletin"], firstDay: ["首日", "first day"],
  leadTooShort: ["提前量不足（{hours}小时）", "short notice ({hours} h)"], legend: ["图例", "Legend"],
  // dust
  dustForecast: ["沙尘预报", "Dust forecast"], dustModelMark: ["模式沙尘", "dust by model"], dustModelTitle: ["沙尘模式预计当日有沙尘；AQI范围和级别未计入", "The dust model foresees dust; range and level do not hold it"],
  arrives: ["到达", "Arrives"], peakWord: ["峰值", "Peak"], ends: ["结束", "Ends"], beyondForecast: ["至预报结束未止", "not within the forecast"], dustGrade: ["等级", "Grade"], dustSignal: ["信号", "Signal"], dustSignals: ["沙尘信号建议", "Dust signals proposed"], noDustSignals: ["无需发布沙尘预警信号", "No dust signal is called for"],
  chanceWord: ["概率", "Chance"], sandChance: ["扬沙 {value}", "blowing sand {value}"], stormChance: ["沙尘暴 {value}", "dust storm {value}"], visibilityKm: ["能见度最低 {value} km", "visibility {value} km"], notKnown: ["未给出", "not known"], belowGrade: ["未达浮尘标准", "below floating dust"],
  beyondRegions: ["目标区域以外（{count}地）", "Beyond the target regions ({count})"], dustAdvice: ["建议", "Advice"], dustMeasured: ["近7天实测沙尘（{count}次）", "Dust measured in 7 days ({count})"], ongoing: ["仍在持续", "still going on"], learnedDust: ["按监测统计的沙尘日概率", "Chance of a dust day, learned from measurements"], dustThresholds: ["起沙阈值订正", "Thresholds corrected"],
  // login
  logIn: ["登录", "Log in"], logOut: ["退出", "Log out"], name: ["用户名", "Name"], password: ["密码", "Password"], cancel: ["取消", "Cancel"], close: ["关闭", "Close"],
  singleSignOn: ["用{name}登录", "Log in by {name}"],
  roleViewer: ["查看", "viewer"], roleForecaster: ["预报员", "forecaster"], roleMeteorologist: ["气象预报员", "meteorologist"], roleApprover: ["签批人", "approver"], roleAdministrator: ["管理员", "administrator"],
  // map
  layer: ["要素", "Layer"], step: ["步长", "Step"], hourly: ["逐时", "Hourly"], daily: ["日均", "Daily"], play: ["播放", "Play"], pause: ["暂停", "Pause"],
  earlier: ["前一时", "Earlier"], later: ["后一时", "Later"], overlay: ["叠加", "Overlay"], windArrows: ["风矢", "Wind"], points: ["站点数值", "Values at places"],
  pointForecast: ["地点预报", "forecast at places"], pointSource: ["来源贡献", "contribution of a source"], footprint: ["足迹", "Footprint"], noFootprint: ["本次运行没有{place}的足迹；有：{names}", "This run holds no footprint of {place}; it holds those of {names}"], footprintOf: ["{place}当日没有单独的足迹：所示为其所在区域{region}的足迹", "{place} has no footprint of its own on this day: shown is that of {region}, which holds it"],
  footprintHint: ["浓度来自哪里：颜色为单位面积排放对该地均值的贡献", "Where it was emitted: share of each cell in the mean of that place"],
  unavailableLayer: ["此要素不可用", "This layer is not available"], cellValue: ["{value} {unit}", "{value} {unit}"], openPlace: ["看站点曲线", "Open the place"], allSources: ["全部来源", "All sources"],
  share: ["占比", "Share"], mean: ["均值", "Mean"], noWebgl: ["此浏览器不能绘制地图（没有WebGL）；以下为各地数值。", "This browser cannot draw the map (no WebGL); values of the places follow."],
  modelField: ["数值模式场", "transport model"], publishedPoints: ["圆点：发布的{name}预报", "dots: published forecast of {name}"], hourOfDay: ["时次", "Hour"], clearChoice: ["清除", "Clear"],
  mapHint: ["←→ 逐时，Shift 加 ←→ 六时，空格播放；点地名看站点", "←→ hour, Shift+←→ six hours, space plays; a name opens its place"],
  scaleNote: ["颜色按 {rules} 日均限值分级", "Colours by the daily breakpoints of {rules}"], sourceGroup: ["来源类别", "Group of sources"],
  // place
  series: ["监测与预报", "Measured and forecast"], median: ["预报中位数", "Forecast median"], band: ["{low}–{high}% 分位", "{low} to {high} % quantiles"], modelRaw: ["数值模式（未订正）", "Transport model, uncorrected"],
  fan: ["历次预报", "Earlier forecasts"], fanHint: ["虚线、点线为此前{count}次起报的中位数，颜色越深越新；指向曲线看各次数值", "Dashed and dotted: medians of {count} earlier issues, the strongest the newest; point at the chart for their values"], contributions: ["来源构成", "Contributions"], bySector: ["按行业", "By sector"], byRegion: ["按地区", "By region"], byNearness: ["本地与输送", "Local or transported"], bySource: ["按标签", "By tag"],
  sounding: ["探空与逆温", "Sounding and inversion"], dispersion: ["扩散条件", "Dispersion"], temperature: ["气温", "Temperature"], dewPoint: ["露点", "Dew point"], height: ["离地高度", "Height above ground"],
  inversion: ["逆温", "Inversion"], mixingHeight: ["混合层高度", "Mixing height"], inversionStrength: ["逆温强度", "Inversion strength"], inversionBase: ["逆温底", "Inversion base"], inversionDepth: ["逆温厚度", "Inversion depth"], ventilation: ["通风量", "Ventilation"], windWord: ["风", "Wind"], humidity: ["相对湿度", "Humidity"],
  gradeWord: ["扩散等级", "Dispersion grade"], gradeUnverified: ["等级划分未经核对", "grading not verified"], unexplained: ["未解释", "Unexplained"], aqiDays: ["逐日 AQI", "AQI by day"], sum: ["合计", "Sum"], pressureWord: ["气压", "Pressure"],
  issuedAt: ["{time} 起报", "issued {time}"], nowLine: ["起报时刻", "issued"], windFrom: ["{from}风 {speed} m/s", "{from} {speed} m/s"],
  // sources
  matrix: ["来源矩阵", "Matrix of sources"], receptor: ["受体", "Receptor"], published: ["发布值", "Published"], meanOfDays: ["全部日平均", "Mean of all days"], unitPercent: ["百分比", "Percent"], unitAmount: ["浓度", "Concentration"],
  measures: ["减排测算", "What a measure changes"], cutOf: ["{sector} {region} 减排", "Cut of {sector}, {region}"], presets: ["预案上限", "Largest cuts of the plan"], resetCuts: ["全部归零", "Reset"],
  before: ["现状", "Before"], after: ["减排后", "After"], decrease: ["降幅", "Decrease"], beginsAt: ["开始", "Begins"], atOnce: ["立即", "At once"], answeredIn: ["{seconds} 秒测算", "answered in {seconds} s"], noCuts: ["拖动滑块，即时看到各区域的变化", "Move a slider to see what changes"],
  advanced: ["按地区细分", "By region"], reducedBy: ["减排量（吨/日）", "Cut, tonnes a day"], shareOfAll: ["占全部", "of all"], cautions: ["须注意", "To be minded"], unverifiedPreset: ["未核对", "not verified"], levelWord: ["级别", "Level"],
  reports: ["来源报告", "Reports about sources"], reportWord: ["报告", "Report"], openReport: ["打开全文", "Open the whole report"], findings: ["要点", "Findings"], stage: ["阶段", "Stage"], stageMean: ["平均", "Mean"], leadingSectors: ["主要来源", "Main sources"], localShare: ["本地", "Local"], transportedShare: ["区域外", "Transported"], fromRuns: ["由{count}次运行拼接，最近起报 {issued}", "from {count} runs, the latest issued {issued}"], episodeOpen: ["尚未清除", "not cleared yet"], contributionDays: ["{days}天中{known}天有来源贡献", "contributions on {known} of {days} days"],
  localOrNot: ["本地与输送", "Local against transported"],
  // assessment
  noAssessment: ["没有年度评估", "No assessment"], goodDays: ["优良天数", "Good days"], heavyDays: ["重度及以上天数", "Heavy days"], target: ["目标", "Target"], year: ["年份", "Year"], reached: ["已达", "met"], notReached: ["未达", "not met"], withDust: ["含沙尘日", "With dust days"], withoutDust: ["扣除沙尘日", "Without dust days"], bothNumbers: ["上：实测；下：扣除沙尘日", "above: as measured; below: without dust days"], aboveLimit: ["超过年均限值", "above the limit of the year"], dustDays: ["沙尘天数", "Dust days"], measureWord: ["指标", "Measure"], outcome: ["结果", "Outcome"], plan: ["规划", "Plan"], assessmentName: ["评估", "Assessment"], goodShare: ["优良率", "Share of good days"], validDays: ["有效天数", "Valid days"],
  // verification
  yesterdayWord: ["昨日检验", "Yesterday"], scoresByLead: ["按预见期的评分", "Scores by lead"], forecastWord: ["预报", "Forecast"], observedWord: ["实测", "Observed"], hit: ["命中", "hit"], miss: ["未中", "miss"], levelHit: ["级别", "Level"], rangeHit: ["范围", "Range"], primaryHit: ["首要污染物", "Primary"], period: ["{from} 至 {to}", "{from} to {to}"], cases: ["{count} 例", "{count} cases"], scoreWord: ["评分", "Score"], betterLow: ["越低越好", "lower is better"], betterHigh: ["越高越好", "higher is better"], betterZero: ["越近零越好", "nearer zero is better"], nominal80: ["应为0.80", "should be 0.80"], issuedCases: ["已存运行的预报与实测", "Forecasts that the store holds, and what was measured"], meanOfPlaces: ["各地平均", "mean of all places"], meanOfPlacesAll: ["全部地区", "everywhere"], leadDays: ["第{day}天", "Day {day}"], noScore: ["没有这一评分", "There is no such score"], persistenceDifference: ["较持续性", "against persistence"],
  // consult
  previousQuestion: ["上一问", "Previous"], nextQuestion: ["下一问", "Next"], chain: ["会商提问", "Chain of questions"], basis: ["依据", "Rests on"], seeMore: ["看更多", "See more"], noAnswer: ["本次运行无法回答", "This run cannot answer it"], decide: ["会商结论", "Conclusion"], changeCell: ["修改 {place} {day}", "Change {place}, {day}"], low: ["下限", "Low"], high: ["上限", "High"], reason: ["理由（至少4字）", "Reason (4 characters or more)"], save: ["保存", "Save"], withdraw: ["撤回修改", "Withdraw the change"], changedBy: ["{who} 修改于 {when}：{why}", "{who} changed it {when}: {why}"], modelMoved: ["模型已重做，与修改时不同", "the model was run anew since"], modelSaid: ["模型 {range}", "Model {range}"], notes: ["讨论记录", "Notes"], writeNote: ["写一条记录", "Write a note"], noNotes: ["还没有记录", "No notes yet"], agreements: ["两单位意见", "Agreement of the offices"], agree: ["同意", "Agree"], agreed: ["已同意", "agreed"], notAgreed: ["未同意", "not yet"], agreedBefore: ["同意的是修改前的结论", "agreed to an earlier text"], signature: ["签发", "Sign-off"], sign: ["签发", "Sign"], signed: ["已签发", "signed"], notSigned: ["未签发", "not signed"], changedSince: ["签发后又有修改", "changed since it was signed"], logInToAct: ["登录后可修改、记录、同意和签发", "Log in to change, note, agree and sign"], noRight: ["您的角色无此权限", "Your role may not do this"],
  toApprove: ["将要批准的内容", "To be approved"], toGoOut: ["将要发出的内容", "To go out"], toLift: ["将要发出的解除通知", "The notice of lifting"], toCancel: ["将要发出的撤销通知", "The notice of cancellation"], neverWentOut: ["该预警从未发布，撤销后不对外发送。", "It was never issued; nothing goes out."], inForceNow: ["现行有效：", "In force now:"],
  writtenBy: ["拟稿：{who}，第{step}步。批准、发布的就是上列内容；其间有变动则拒绝。", "Written by {who}, step {step}. Exactly this is approved or issued; refused if it changed meanwhile."], countiesOf: ["{area}，共{count}个县（市）：{names}", "{area}, {count} counties: {names}"], validity: ["预警时段", "Valid"], response: ["响应", "Response"], measuresOut: ["应对措施（{count}项）", "Measures ({count})"], measuresEnd: ["随之终止的应对措施（{count}项）", "Measures that end with it ({count})"], textBuilt: ["正文由程序按等级、范围、时段生成", "Text built from level, counties and period"], textByHand: ["正文经人工改写", "Text written by hand"],
  bodyFollows: ["正文随等级、范围、时段自动更新", "The text follows level, counties and period"], bodyByHand: ["正文已人工改写，不再自动更新", "Written by hand: it is kept as it is"], restoreBody: ["恢复自动正文", "Build the text anew"],
  warningActs: ["预警", "Warnings"], propose: ["提出预警", "Propose"], editWarning: ["修改", "Edit"], approve: ["批准", "Approve"], issue: ["发布", "Issue"], update: ["更新发布", "Issue the update"], downgrade: ["降级发布", "Issue the downgrade"], lift: ["解除", "Lift"], cancelWarning: ["撤销", "Cancel it"], openWarnings: ["进行中的预警", "Open warnings"], noOpenWarnings: ["没有进行中的预警", "No warning is open"], confirmAct: ["{act}：{name}", "{act}: {name}"], steps: ["经过", "Steps"], inForce: ["现行有效（新稿尚未发布）：", "In force until the new text goes out:"], noticePaper: ["预警通知", "Notice"], headlineChinese: ["标题（中文）", "Headline, Chinese"], textChinese: ["正文（中文）", "Text, Chinese"], textEnglish: ["正文（英文）", "Text, English"], onset: ["开始", "Onset"], expires: ["结束", "Ends"], countiesWord: ["范围", "Counties"], measuresKept: ["按级别的措施", "measures of the level"], kindWord: ["类别", "Kind"], done: ["已完成", "Done"], twoPersons: ["橙色和红色预警须由另一人批准", "Orange and red need a second person to approve"], recordUnavailable: ["此服务器没有会商记录功能，只能查看", "This server keeps no record; it can only be read"],
} as const);

export type Word = keyof typeof WORDS;
