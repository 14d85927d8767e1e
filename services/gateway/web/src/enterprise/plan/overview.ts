/** The texts of the self-monitoring overview (P1), in the order of the form. */
export const TEXTS = [
  { name: 'introduction', label: '企业自测概况', help: '企业基本情况、监测方式（自行监测或委托监测）和总体安排', rows: 4 },
  { name: 'management_rules', label: '管理制度', help: '监测设备台账、运行维护、校准、数据审核等制度', rows: 5 },
  { name: 'training_records', label: '培训记录', help: '监测人员培训的时间、内容和考核情况', rows: 4 },
  { name: 'quality_control', label: '质量控制', help: '自动监测的校准与比对，手工监测的空白、平行样和质控样', rows: 4 },
] as const
